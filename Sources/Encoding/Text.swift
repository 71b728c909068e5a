/// A string that is compared as bytes.
///
/// Swift's `String` equates canonically equivalent strings: K (U+004B) equals the Kelvin sign
/// (U+212A), so two different member names or identifiers could pass for one. A `Text` holds valid
/// UTF-8; it equals another, and sorts before another, exactly as its bytes do.
public struct Text: Hashable, Sendable {
    /// The string in UTF-8; always valid.
    public let utf8: [UInt8]

    /// Creates the text of `string`.
    public init(_ string: String) {
        utf8 = Array(string.utf8)
    }

    /// Creates a text of `bytes`; nil unless they are valid UTF-8 (RFC 3629 §4).
    public init?(utf8 bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard Text.isValid(bytes) else { return nil }
        utf8 = bytes
    }

    /// Creates a text of bytes that the caller has already found to be valid UTF-8.
    package init(uncheckedUTF8 bytes: [UInt8]) {
        utf8 = bytes
    }

    /// The text as a Swift string, for people to read; compare texts, not these.
    public var string: String {
        String(decoding: utf8, as: UTF8.self)
    }

    /// The text as it may stand in a message: printable ASCII, and not too long.
    package var printable: String { SafeText.excerpt(string) }

    /// True if there is nothing in it.
    public var isEmpty: Bool {
        utf8.isEmpty
    }

    /// Number of Unicode scalars, which is what JSON Schema calls the length of a string.
    public var scalarCount: Int {
        // Every scalar has exactly one byte that is not a continuation byte.
        utf8.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    /// True if the text begins with all bytes of `prefix`.
    public func hasPrefix(_ prefix: Text) -> Bool {
        utf8.starts(with: prefix.utf8)
    }

    /// Joins two texts.
    public static func + (left: Text, right: Text) -> Text {
        Text(uncheckedUTF8: left.utf8 + right.utf8)
    }
}

extension Text {
    /// Feeds the bytes to `hasher`, eight at a time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(utf8.count)
        var word: UInt64 = 0
        for place in utf8.indices {
            word = word << 8 | UInt64(utf8[place])
            if place & 7 == 7 {
                hasher.combine(word)
                word = 0
            }
        }
        hasher.combine(word)
    }
}

extension Text: Comparable {
    /// Orders texts by their bytes, which is also the order of their Unicode scalars.
    public static func < (left: Text, right: Text) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension Text: ExpressibleByStringLiteral {
    /// Creates a text from a string literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: CustomStringConvertible {
    /// The text itself.
    public var description: String {
        string
    }
}

extension Text {
    /// Returns whether `bytes` are valid UTF-8: shortest forms only, no surrogates, up to U+10FFFF.
    package static func isValid(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = validScalarLength(bytes, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// Returns how many bytes the scalar at `index` takes; 0 if no valid scalar begins there.
    ///
    /// The ranges are those of RFC 3629 §4; only the second byte's depends on the first.
    package static func validScalarLength(_ bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        if first < 0x80 { return 1 }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return 0
        }
        guard bytes.count - index >= length, second.contains(bytes[index + 1]) else { return 0 }
        for next in bytes[(index + 2)..<(index + length)] where next & 0xC0 != 0x80 { return 0 }
        return length
    }
}
