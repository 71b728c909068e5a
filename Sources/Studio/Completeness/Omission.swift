import Encoding
import IndexMap
import Merkle
import Provenance

/// What is found: an index head does not list an entry under a name that the entry has.
struct Omission: Hashable, Sendable {
    /// Where the entry that is left out stands in the log.
    let entry: UInt64

    private let origin: Text
    private let head: EntryID
    private let name: IndexName

    /// - Parameters:
    ///   - entry: the place of the entry in the log.
    ///   - head: the name of the index head.
    ///   - origin: the ledger.
    init(of entry: UInt64, under name: IndexName, by head: EntryID, in origin: Text) {
        self.entry = entry
        self.origin = origin
        self.head = head
        self.name = name
    }

    /// Takes what a ledger is convicted of; nil where that is something else.
    init?(_ conviction: IndexConviction) {
        guard case .omission(let entry, let name) = conviction.kind,
            let head = conviction.heads.first
        else { return nil }
        self.init(of: entry, under: name, by: head.entry, in: conviction.origin)
    }

    /// Whether a proof is of this head, and about this name.
    func isShown(by proof: CompleteProof) -> Bool {
        proof.head.head.id == head && proof.proofs.contains { $0.name == name }
    }

    /// 16 hexadecimal digits: the first 8 bytes of SHA-256(origin || 0x00 || EntryID of the head
    /// (32 bytes) || entry (8 bytes, big-endian) || key of the name (32 bytes)) (misbehaviour.md
    /// §6).
    var digits: String {
        var bytes = origin.utf8 + [0] + head.hash.bytes
        bytes += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: entry >> $0) }
        bytes += name.key.hash.bytes
        return Hex.encode(Hash.sha256(bytes).bytes.prefix(8))
    }
}
