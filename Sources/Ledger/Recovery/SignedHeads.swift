import Checkpoints
import LedgerStore
import Merkle
import Provenance

/// What the ledger is known to have signed, by tree size: no two heads of one size may differ.
struct SignedHeads {
    private(set) var roots: [UInt64: Hash] = [:]

    /// The largest of them; nil where there is none.
    var newest: (size: UInt64, root: Hash)? {
        roots.max { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Adds a head; throws where another of its size is known: the log has forked.
    mutating func add(size: UInt64, root: Hash, from source: String) throws(LedgerError) {
        guard roots[size, default: root] == root else {
            throw .fork(
                "\(source): contradicts another signed head of size \(size): this is the fork of "
                    + "a log, and must be looked into")
        }
        roots[size] = root
    }

    /// Adds the head of a note, after checking that the ledger's own note key signed it.
    mutating func add(
        note bytes: [UInt8], _ registry: Registry, from source: String
    ) throws(LedgerError) -> Checkpoint {
        let head: Checkpoint
        do throws(CheckpointRefusal) {
            head = try registry.open(note: bytes).checkpoint
        } catch .unknownKey {
            throw .unfit(
                path: source,
                reason: "is not signed by a note key of this ledger that is known here; where the "
                    + "key was handed over since, the entry that says so must come back with it")
        } catch {
            throw .unfit(path: source, reason: "\(error)")
        }
        try add(size: head.size, root: head.root, from: source)
        return head
    }
}
