public import Manifests
public import Merkle
import Encoding

/// A statement's place among all that one spool, or one ledger's control, has signed.
///
///     [id: bstr .size 16, seq: uint, prev: bstr .size 32]
public struct Chain: Hashable, Sendable {
    /// 16 random bytes that name the spool; a ledger's control chain has entry 0's.
    public let id: [UInt8]

    /// Number of statements before this one in the chain.
    public let sequence: UInt64

    /// The EntryID digest of the statement before; 32 zero bytes exactly where `sequence` is 0.
    public let previous: Hash

    /// Creates a place in a chain; the refusal names the rule that it would break.
    public init(id: [UInt8], sequence: UInt64, previous: Hash) throws(Refusal) {
        guard id.count == Limits.nonceBytes else {
            throw Refusal(.malformed, field: "chain.id", rule: "must be 16 bytes")
        }
        guard sequence <= Limits.largestInteger else {
            throw Refusal(.malformed, field: "chain.seq", rule: "must not exceed 2^53-1")
        }
        guard (sequence == 0) == (previous == .zero) else {
            throw Refusal(
                .malformed, field: "chain.prev", rule: "must be zero exactly where seq is 0")
        }
        self.id = id
        self.sequence = sequence
        self.previous = previous
    }

    init(_ item: CBOR) throws(Refusal) {
        guard let parts = item.arrayValue, parts.count == 3, let id = parts[0].bytesValue,
            let sequence = parts[1].unsignedValue, let bytes = parts[2].bytesValue,
            let previous = Hash(bytes)
        else {
            throw Refusal(
                .malformed, field: "chain", rule: "must be [id: 16 bytes, seq, prev: 32 bytes]")
        }
        try self.init(id: id, sequence: sequence, previous: previous)
    }

    var item: CBOR {
        .array([.bytes(id), .unsigned(sequence), .bytes(previous.bytes)])
    }
}
