/// Base64 in its two alphabets (RFC 4648 §4 and §5), read strictly.
///
/// Each byte string has exactly one text: no white space, no missing or extra padding, and
/// the unused bits of the last character are zero (RFC 4648 §3.5).
public enum Base64 {
    /// Returns `bytes` in the standard alphabet, padded.
    public static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encodeUTF8(bytes), as: UTF8.self)
    }

    /// Returns `bytes` in the standard alphabet, padded, as ASCII.
    public static func encodeUTF8(_ bytes: [UInt8]) -> [UInt8] {
        var text = characters(of: bytes, .standard)
        text.append(contentsOf: repeatElement(padding, count: (4 - text.count % 4) % 4))
        return text
    }

    /// Returns the bytes of a padded text in the standard alphabet; nil where it is not exact.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var characters = Array(text)
        guard characters.count % 4 == 0 else { return nil }
        for _ in 0..<2 where characters.last == padding { characters.removeLast() }
        return bytes(of: characters, .standard)
    }

    /// Returns the bytes of a padded text in the standard alphabet; nil where it is not exact.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(text.utf8)
    }

    /// Returns `bytes` in the alphabet for URLs and file names, without padding.
    public static func encodeURL(_ bytes: [UInt8]) -> String {
        String(decoding: characters(of: bytes, .url), as: UTF8.self)
    }

    /// Returns the bytes of an unpadded text in the alphabet for URLs; nil where it is not exact.
    public static func decodeURL(_ text: some Collection<UInt8>) -> [UInt8]? {
        bytes(of: Array(text), .url)
    }

    /// Returns the bytes of an unpadded text in the alphabet for URLs; nil where it is not exact.
    public static func decodeURL(_ text: String) -> [UInt8]? {
        decodeURL(text.utf8)
    }
}

extension Base64 {
    private static let padding = UInt8(ascii: "=")

    /// The two characters in which the alphabets differ.
    private struct Alphabet {
        let sixtyTwo: UInt8
        let sixtyThree: UInt8

        static let standard = Alphabet(sixtyTwo: UInt8(ascii: "+"), sixtyThree: UInt8(ascii: "/"))
        static let url = Alphabet(sixtyTwo: UInt8(ascii: "-"), sixtyThree: UInt8(ascii: "_"))

        /// Returns the character for a number below 64.
        func character(_ value: UInt32) -> UInt8 {
            let value = UInt8(truncatingIfNeeded: value & 63)
            return switch value {
            case 0..<26: UInt8(ascii: "A") + value
            case 26..<52: UInt8(ascii: "a") + (value - 26)
            case 52..<62: UInt8(ascii: "0") + (value - 52)
            case 62: sixtyTwo
            default: sixtyThree
            }
        }

        /// Returns the number that a character stands for.
        func value(_ character: UInt8) -> UInt32? {
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                UInt32(character - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                UInt32(character - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                UInt32(character - UInt8(ascii: "0")) + 52
            case sixtyTwo: 62
            case sixtyThree: 63
            default: nil
            }
        }
    }

    private static func characters(of bytes: [UInt8], _ alphabet: Alphabet) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet.character(bits >> bitCount))
            }
        }
        if bitCount > 0 {
            text.append(alphabet.character(bits << (6 - bitCount)))
        }
        return text
    }

    /// Takes an array: a loop over any collection would ask for each character by a call.
    private static func bytes(of text: [UInt8], _ alphabet: Alphabet) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text {
            guard let value = alphabet.value(character) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        // One character alone has no byte; the bits beyond the last byte must be zero.
        guard bitCount < 6, bits & ((1 << bitCount) - 1) == 0 else { return nil }
        return bytes
    }
}
