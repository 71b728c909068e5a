public import Encoding

/// What is said beside each entry that looks like a picture.
public enum LikenessWords {
    /// What likeness is not.
    public static let warning: Text =
        "likeness is not identity: pictures that look alike may be different works, and a work may "
        + "be in the ledger under no hash that is near"

    /// The same in three words, beside each entry.
    public static let short: Text = "likeness is not identity"

    /// Where the table stands of what a hash survives: a page of the documents of Colophon, which
    /// no ledger serves.
    public static let table: Text = "Schemas/perceptual.md"
}
