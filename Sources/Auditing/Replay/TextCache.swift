import Encoding

/// Texts that come again and again in the leaves of a bundle, each made once.
struct TextCache {
    /// Texts that are kept: issuers, audiences and types of some hundred entries.
    private static let places = 64

    private var texts = [Text?](repeating: nil, count: places)

    /// Returns the text of these bytes, which are ASCII.
    mutating func text(_ bytes: Span<UInt8>) -> Text {
        // The end of a URI differs more than its beginning.
        var mixed = UInt(bytes.count)
        for place in stride(from: max(0, bytes.count - 8), to: bytes.count, by: 1) {
            mixed = mixed &* 31 &+ UInt(bytes[place])
        }
        let place = Int(mixed % UInt(Self.places))
        if let text = texts[place], Self.isEqual(text.utf8, bytes) { return text }
        let text = Text(uncheckedUTF8: bytes.indices.map { bytes[$0] })
        texts[place] = text
        return text
    }

    private static func isEqual(_ text: [UInt8], _ bytes: Span<UInt8>) -> Bool {
        guard text.count == bytes.count else { return false }
        for place in bytes.indices where text[place] != bytes[place] { return false }
        return true
    }
}
