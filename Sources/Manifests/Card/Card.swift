public import Merkle

/// The record of a work as a person reads it, frozen by its template.
///
/// A pure function of the manifest's type, subjects and predicate; the member `card`, which holds
/// the card's digest, is not part of it. What a person read is therefore what was signed. Every
/// line begins with `[S]`, "the signer states": a manifest alone proves nothing.
public enum Card {
    /// The template that this version renders; a template never changes once it is published.
    public static let template: Int64 = 1

    /// Returns the card's text by template 1: lines of at most 80 columns, each ended by a line
    /// feed.
    ///
    /// Characters that act on a terminal or are hidden (control characters, bidirectional controls,
    /// zero-width characters) are spelled out, as in `<U+202E>`.
    public static func text(of manifest: Manifest) -> String {
        String(decoding: bytes(of: manifest), as: UTF8.self)
    }

    /// Returns the SHA-256 of the card's text in UTF-8.
    public static func digest(of manifest: Manifest) -> Hash {
        .sha256(bytes(of: manifest))
    }

    private static func bytes(of manifest: Manifest) -> [UInt8] {
        var writer = CardWriter()
        writer.write(manifest)
        return writer.bytes
    }
}
