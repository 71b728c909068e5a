import Encoding

extension JSON {
    /// A number that may be larger than JSON's integers: in decimal, as a string.
    static func number(_ value: UInt64) -> JSON { .string(Text("\(value)")) }

    /// The number that ``number(_:)`` wrote; nil for anything else.
    var unsigned: UInt64? {
        text.flatMap { text in UInt64(text.string).flatMap { "\($0)" == text.string ? $0 : nil } }
    }

    /// Bytes in base64.
    static func base64(_ bytes: [UInt8]) -> JSON { .string(Text(Base64.encode(bytes))) }

    /// The bytes that ``base64(_:)`` wrote; nil for anything else.
    var decodedBase64: [UInt8]? { text.flatMap { Base64.decode($0.utf8) } }
}
