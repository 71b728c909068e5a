public import Encoding

/// What is said beside each entry that looks like a picture.
public enum LikenessWords {
    /// What likeness is not.
    public static let warning: Text =
        "likeness is not identity: pictures that look alike may be different works, and a work may "
        + "be in the ledger under no hash that is near"

    /// The same in three words, beside each entry.
    public static let short: Text = "likeness is not identity"

    /// Where a ledger serves the table of what a hash survives, below its address (http.md §17).
    public static let path: Text = "/likeness"

    /// Where that table stands, in words that hold without a network.
    public static let offline: Text =
        "what a hash survives: Schemas/perceptual.md of colophon's documents, which packages put "
        + "into /usr/share/doc/colophon; a ledger has the same table at its path /likeness"
}
