package import Encoding
import Provenance

/// What makes a signature unlike every other: its time, and random values.
///
/// By default each value comes from this machine's clock or from the system's generator. A
/// program that must sign the same bytes again passes values of its own.
package struct Freshness: Hashable, Sendable {
    /// `iat` in POSIX seconds.
    package let issuedAt: UInt64

    /// The manifest's nonce, 16 bytes.
    package let nonce: [UInt8]

    /// `cti`, 16 bytes.
    package let claimID: [UInt8]

    /// Draws the values that are not given.
    package init(
        issuedAt: UInt64 = UTC.now, nonce: [UInt8] = .random(Limits.nonceBytes),
        claimID: [UInt8] = .random(Limits.nonceBytes)
    ) {
        self.issuedAt = issuedAt
        self.nonce = nonce
        self.claimID = claimID
    }
}

extension [UInt8] {
    /// Returns random bytes from the system's generator.
    package static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension Text {
    /// Returns a fresh `urn:uuid:` of 122 random bits (RFC 9562 §5.4).
    package static func randomURN() -> Text {
        var bytes = [UInt8].random(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hex.encode(bytes))
        let groups = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        return Text("urn:uuid:" + groups.map { String($0) }.joined(separator: "-"))
    }
}
