extension PerceptualHash {
    /// The least quality of a hash that is compared: below it a picture is too plain
    /// (`pdq/README.md`).
    public static let leastQuality = 50.0

    /// The hash, where it may be compared with others: it is one of PDQ, of our profile, and of a
    /// picture that is not too plain.
    public var comparableHash: PDQHash? {
        quality >= Self.leastQuality ? pdqHash : nil
    }

    /// The name of the member, as it stands in a manifest that spells it plainly.
    private static let member = Array("\"perceptualHashes\"".utf8)

    /// Whether a manifest may have perceptual hashes: false is certain, and found without reading
    /// it.
    package static func mayBe(in manifest: [UInt8]) -> Bool {
        let bytes = manifest.span
        guard let quote = member.first, bytes.count >= member.count else { return false }
        for start in 0...bytes.count - member.count {
            // A name may be spelled with escapes.
            if bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") {
                return true
            }
            guard bytes[start] == quote, bytes[start + 1] == member[1] else { continue }
            if (2..<member.count).allSatisfy({ bytes[start + $0] == member[$0] }) { return true }
        }
        return false
    }
}

extension [PerceptualHash] {
    /// The hash by which a picture is compared: the first that may be; nil where there is none.
    public var comparable: PDQHash? {
        for hash in self {
            if let comparable = hash.comparableHash { return comparable }
        }
        return nil
    }
}
