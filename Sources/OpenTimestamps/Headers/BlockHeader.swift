import Crypto

/// The header of a Bitcoin block: 80 bytes, integers little-endian.
///
///     version (4) | previous hash (32) | Merkle root (32) | time (4) | bits (4) | nonce (4)
package struct BlockHeader: Hashable, Sendable {
    /// Bytes of a header.
    package static let byteCount = 80

    /// The header as it stands in the chain.
    package let bytes: [UInt8]

    /// Reads a header; nil unless it has 80 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The hash of the block before, in the order of the chain's bytes.
    package var previous: [UInt8] { Array(bytes[4..<36]) }

    /// The root of the block's transactions, in the order of the chain's bytes.
    package var merkleRoot: [UInt8] { Array(bytes[36..<68]) }

    /// When the block was made, says its miner, in POSIX seconds; good to about two hours.
    package var time: UInt64 {
        bytes[68..<72].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension BlockHeader {
    /// The block's own hash, SHA-256 twice, in the order of the chain's bytes.
    package var hash: [UInt8] { Array(SHA256.hash(data: Array(SHA256.hash(data: bytes)))) }
}
