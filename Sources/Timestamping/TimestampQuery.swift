package import Merkle

/// The question to a timestamp authority, by when a digest exists (RFC 3161 §2.4.1).
///
/// It asks for the authority's certificates too, since a token is kept for longer than they are
/// easily found.
package struct TimestampQuery: Hashable, Sendable {
    /// The media type of a question (RFC 3161 §3.4).
    package static let mediaType = "application/timestamp-query"

    /// The media type of an answer (RFC 3161 §3.4).
    package static let replyMediaType = "application/timestamp-reply"

    /// What shall be dated.
    package let digest: Hash

    /// What the answer must have too: so nobody answers with an old token.
    package let nonce: UInt64

    /// Asks for a token of `digest`; `nonce` is random.
    package init(digest: Hash, nonce: UInt64) {
        self.digest = digest
        self.nonce = nonce
    }

    /// The question in DER.
    package var bytes: [UInt8] { Self.encoded(digest, nonce) }

    /// AlgorithmIdentifier of SHA-256, with the NULL that RFC 8017 A.2.4 asks for, as everybody
    /// writes it here.
    private static let algorithm: [UInt8] = [
        0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    ]

    /// Returns TimeStampReq: version 1, the imprint, the nonce, and certReq; all lengths are short.
    static func encoded(_ digest: Hash, _ nonce: UInt64?) -> [UInt8] {
        let imprint = element(0x30, algorithm + element(0x04, digest.bytes))
        let number = nonce.map { element(0x02, integer($0)) } ?? []
        return element(0x30, [0x02, 0x01, 0x01] + imprint + number + [0x01, 0x01, 0xff])
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 0x80, "a question is shorter than a long length")
        return [tag, UInt8(content.count)] + content
    }

    /// Returns the content of an INTEGER: as few bytes as there can be, the first bit clear.
    private static func integer(_ number: UInt64) -> [UInt8] {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        let digits = bytes.drop { $0 == 0 }
        return (digits.first ?? 0x80) < 0x80 ? Array(digits) : [0] + digits
    }
}
