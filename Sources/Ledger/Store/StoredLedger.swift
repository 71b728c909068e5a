import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import RocksDB

/// What a store says about the ledger in it, checked as far as start-up checks it: format
/// version, origin, newest head, and the registry folded from the control statements.
struct StoredLedger {
    let head: HeadRow
    let registry: Registry

    /// The erasures that are logged, in their order.
    let erasures: [Erasure]

    /// The first erasure of each manifest that is erased, by its digest.
    var erasedManifests: [Hash: Erasure] {
        Dictionary(erasures.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
    }

    init(_ store: Store) throws(LedgerError) {
        guard let format = try store.value(StoreLayout.MetaName.format, in: store.meta) else {
            throw .corrupt("the folder was never finished; remove it and run init again")
        }
        let version = String(decoding: format, as: UTF8.self)
        guard version == StoreLayout.formatVersion else {
            throw .formatVersion(found: version, supported: StoreLayout.formatVersion)
        }
        guard let head = try store.newestHead() else { throw .corrupt("it has no head") }
        self.head = head
        (registry, erasures) = try Self.folded(store)
        let origin = try store.value(StoreLayout.MetaName.origin, in: store.meta)
        guard origin == registry.origin.text.utf8 else {
            throw .corrupt("its origin is not that of entry 0")
        }
        let beyond = try store.value(StoreLayout.key(head.size), in: store.entries)
        guard head.size >= 2, beyond == nil else {
            throw .corrupt("it has entries beyond the head of size \(head.size)")
        }
        _ = try store.leaf(head.size - 1)
    }

    private static func folded(_ store: Store) throws(LedgerError) -> (Registry, [Erasure]) {
        var folded: Registry?
        var erasures: [Erasure] = []
        try store.forEachControl { index, statement throws(LedgerError) in
            do throws(Refusal) {
                if folded == nil {
                    folded = try Registry(genesis: statement)
                } else {
                    try folded?.apply(statement, at: index)
                }
                if let order = try Erasure.Order(statement, at: index) {
                    erasures.append(order.erasure)
                }
            } catch {
                throw .corrupt("control statement at entry \(index) does not fold: \(error)")
            }
        }
        guard let folded else { throw .corrupt("it has no control statements") }
        return (folded, erasures)
    }
}

extension Store {
    /// Calls `body` with index and statement of every control statement, in order.
    func forEachControl(
        _ body: (UInt64, Statement) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try forEach(in: control, from: 0, to: .max) { _, row throws(LedgerError) in
            let index = try Self.index(row, of: "control")
            try body(index, statement(at: index))
        }
    }

    /// The statement of an entry that must exist.
    func statement(at index: UInt64) throws(LedgerError) -> Statement {
        let leaf = try leaf(index)
        do throws(Refusal) {
            return try Statement(leaf: leaf)
        } catch {
            throw .corrupt("entry \(index) is not a statement: \(error)")
        }
    }

    /// The entry of this name; nil where there is none.
    func entry(_ id: EntryID) throws(LedgerError) -> (index: UInt64, statement: Statement)? {
        guard let index = try index(of: id.hash) else { return nil }
        return (index, try statement(at: index))
    }
}
