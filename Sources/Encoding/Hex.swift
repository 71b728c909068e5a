/// Base 16 as we write it: two lower-case digits a byte, high half first (RFC 4648 §8, in lower
/// case).
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Returns `bytes` as lower-case digits.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes that `text` stands for.
    ///
    /// Nil for an odd number of digits and for anything but `0`-`9` and `a`-`f`: there is one way
    /// to write a value.
    public static func decode(_ text: Text) -> [UInt8]? {
        let text = text.utf8
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = value(of: text[index]), let low = value(of: text[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Returns the bytes that `string` stands for, or nil; see ``decode(_:)-(Text)``.
    public static func decode(_ string: String) -> [UInt8]? {
        decode(Text(string))
    }

    /// Whether all of `text` are lower-case digits.
    package static func areDigits(_ text: Text) -> Bool {
        text.utf8.allSatisfy { value(of: $0) != nil }
    }

    /// Returns the value of one lower-case digit.
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
