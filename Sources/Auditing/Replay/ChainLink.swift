package import Merkle
package import Provenance

/// The number that a spool gave to a statement (statement.md §5).
package struct ChainLink: Hashable, Sendable {
    /// The thumbprint of the key that signed it.
    package let keyID: Hash

    /// The 16 bytes of the spool's id, as two big-endian numbers.
    package let id: SpoolID

    /// Number of statements before it.
    package let sequence: UInt64

    /// The EntryID of the statement before it.
    package let previous: Hash

    /// Creates a link.
    package init(keyID: Hash, id: SpoolID, sequence: UInt64, previous: Hash) {
        (self.keyID, self.id, self.sequence, self.previous) = (keyID, id, sequence, previous)
    }

    /// The link of a statement; nil where it has no number.
    package init?(_ statement: Statement) {
        guard let chain = statement.chain else { return nil }
        self.init(
            keyID: statement.keyID, id: SpoolID(chain.id), sequence: chain.sequence,
            previous: chain.previous)
    }
}

/// The 16 random bytes of a spool, without an array.
package struct SpoolID: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        (self.high, self.low) = (high, low)
    }

    /// Takes 16 bytes; what is missing counts as zero.
    package init(_ bytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        for (place, byte) in bytes.prefix(16).enumerated() {
            if place < 8 {
                words.0 |= UInt64(byte) << UInt64(56 - 8 * place)
            } else {
                words.1 |= UInt64(byte) << UInt64(120 - 8 * place)
            }
        }
        self.init(high: words.0, low: words.1)
    }

    /// The 16 bytes at `start` of `bytes`; the caller has checked that they are there.
    package init(at start: Int, of bytes: Span<UInt8>) {
        self.init(high: bytes.word(at: start), low: bytes.word(at: start + 8))
    }

    /// The 16 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(word: high)
        bytes.append(word: low)
        return bytes
    }

    package static func < (one: SpoolID, other: SpoolID) -> Bool {
        one.high != other.high ? one.high < other.high : one.low < other.low
    }
}
