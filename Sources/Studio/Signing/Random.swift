import Encoding

/// Random bytes from the system.
package enum Random {
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    package static func hex(_ count: Int) -> String {
        Hex.encode(bytes(count))
    }

    /// A fresh `urn:uuid:` of 122 random bits (RFC 9562 §5.4).
    package static func uuid() -> String {
        var bytes = bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hex.encode(bytes))
        let groups = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        return "urn:uuid:" + groups.map { String($0) }.joined(separator: "-")
    }
}
