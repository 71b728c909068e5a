import Encoding
public import Merkle

extension Card {
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

    /// Returns the same digest, from the manifest itself where it has the one of this template:
    /// then reading the manifest has compared the two, and the text is not laid out again.
    package static func knownDigest(of manifest: Manifest) -> Hash {
        manifest.cardDigest.flatMap { Hex.decode($0) }.flatMap { Hash($0) } ?? digest(of: manifest)
    }

    /// Returns the lines of the same text, each value up to so many bytes of it.
    package static func excerpt(of manifest: Manifest, upTo valueLimit: Int) -> CardExcerpt {
        excerpt(
            type: manifest.predicateType, subjects: manifest.subjects,
            predicate: manifest.predicate, upTo: valueLimit)
    }

    /// Returns the same lines in the words of another language: a translation, which nobody signed.
    package static func text(of manifest: Manifest, in wording: CardWording) -> String {
        let bytes = bytes(
            type: manifest.predicateType, subjects: manifest.subjects,
            predicate: manifest.predicate, in: wording)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns what the lines say, for renderers that lay out their own.
    ///
    /// - Parameters:
    ///   - wording: the words of another language; nil for those that are signed.
    ///   - valueLimit: bytes of one value behind which the rest of it is not laid out.
    package static func facts(
        of manifest: Manifest, in wording: CardWording? = nil, upTo valueLimit: Int = .max
    ) -> [CardFact] {
        facts(
            type: manifest.predicateType, subjects: manifest.subjects,
            predicate: manifest.predicate, in: wording, upTo: valueLimit)
    }

    private static func bytes(of manifest: Manifest) -> [UInt8] {
        bytes(
            type: manifest.predicateType, subjects: manifest.subjects,
            predicate: manifest.predicate)
    }
}
