public import Merkle

extension Card {
    /// Returns the card's text by template 1: lines of at most 80 columns, each ended by a line
    /// feed.
    ///
    /// Whatever could act on a terminal or hide (control characters, bidirectional controls,
    /// zero-width characters) is spelled out, as in `<U+202E>`.
    public static func text(of manifest: Manifest) -> String {
        String(decoding: bytes(of: manifest), as: UTF8.self)
    }

    /// Returns the SHA-256 of the card's text in UTF-8.
    public static func digest(of manifest: Manifest) -> Hash {
        .sha256(bytes(of: manifest))
    }

    private static func bytes(of manifest: Manifest) -> [UInt8] {
        bytes(
            type: manifest.predicateType, subjects: manifest.subjects,
            predicate: manifest.predicate)
    }
}
