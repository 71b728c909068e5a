import Checkpoints
import Encoding
import Manifests
package import Merkle
package import Provenance
import RocksDB

/// What a store says about the ledger in it: origin, newest head, and the registry folded from the
/// control statements.
///
/// It is checked as far as start-up checks it; ``Store`` has checked the format.
package struct StoredLedger {
    package let head: HeadRow
    package let registry: Registry

    /// The erasures that are logged, in their order.
    package let erasures: [LoggedErasure]

    /// The first erasure of each manifest that is erased, by its digest.
    package var erasedManifests: [Hash: LoggedErasure] {
        Dictionary(erasures.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package init(_ store: Store) throws(LedgerError) {
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

    private static func folded(_ store: Store) throws(LedgerError) -> (Registry, [LoggedErasure]) {
        var folded: Registry?
        var erasures: [LoggedErasure] = []
        try store.forEachControl { index, statement throws(LedgerError) in
            do throws(Refusal) {
                if folded == nil {
                    folded = try Registry(genesis: statement)
                } else {
                    try folded?.apply(statement, at: index)
                }
                if let order = try LoggedErasure.Order(statement, at: index) {
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
    package func forEachControl(
        _ body: (UInt64, Statement) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try forEach(in: control, from: 0, to: .max) { _, row throws(LedgerError) in
            let index = try Self.index(row, of: "control")
            try body(index, statement(at: index))
        }
    }

    /// The registry below an entry, folded from the first control statement on.
    package func registry(below size: UInt64) throws(LedgerError) -> Registry {
        var registry: Registry?
        try forEachControl { index, statement throws(LedgerError) in
            guard index < size else { return }
            do throws(Refusal) {
                if registry == nil {
                    registry = try Registry(genesis: statement)
                } else {
                    try registry?.apply(statement, at: index)
                }
            } catch {
                throw .corrupt("control statement at entry \(index) does not fold: \(error)")
            }
        }
        guard let registry else { throw .corrupt("it has no control statements") }
        return registry
    }

    /// Applies the control statement of an entry to the registry below it.
    package func apply(_ index: UInt64, to registry: inout Registry) throws(LedgerError) {
        let statement = try statement(at: index)
        do throws(Refusal) {
            try registry.apply(statement, at: index)
        } catch {
            throw .corrupt("control statement at entry \(index) does not fold: \(error)")
        }
    }

    /// The statement of an entry that must exist.
    package func statement(at index: UInt64) throws(LedgerError) -> Statement {
        let leaf = try leaf(index)
        do throws(Refusal) {
            return try Statement(leaf: leaf)
        } catch {
            throw .corrupt("entry \(index) is not a statement: \(error)")
        }
    }

    /// The statement of this name; nil where there is none.
    package func entry(_ id: EntryID) throws(LedgerError) -> (index: UInt64, statement: Statement)?
    {
        guard let index = try index(of: id.hash), try indexHead(ifAt: index) == nil else {
            return nil
        }
        return (index, try statement(at: index))
    }

    /// The index of the control statement with this number in their chain, which must exist.
    package func controlIndex(_ sequence: UInt64) throws(LedgerError) -> UInt64 {
        guard let row = try value(StoreLayout.key(sequence), in: control) else {
            throw .corrupt("control statement \(sequence) has no row")
        }
        return try Self.index(row, of: "control")
    }

    /// How far erasures have come; nil where none was ever done.
    package func erasureMark() throws(LedgerError) -> ErasureMark? {
        guard let value = try value(StoreLayout.MetaName.erasures, in: meta) else { return nil }
        guard let mark = ErasureMark(value) else {
            throw .corrupt("the row \"erasures\" of meta is not 16 bytes")
        }
        return mark
    }
}
