public import Encoding
public import LedgerStore
import Manifests
import Merkle
import Provenance

/// The lists of threads: their rows are written behind an entry, and the answer does not wait for
/// them.
extension Ledger {
    /// Leaves that are read for one answer, at most, where the rows of their entries are not
    /// written yet: eight writes of the indexer, in a few milliseconds.
    private static let tailLimit: UInt64 = 4096

    /// The entries of one thread, oldest first: those with this sub, or of this issuer.
    ///
    /// Whoever has a receipt of an entry finds it here, but for an index that is thousands of
    /// entries behind. There is no gap: what is listed after a cursor is all that there is up to
    /// the last one.
    public func thread(
        _ kind: ThreadKind, _ name: Text, after cursor: UInt64?, limit: Int
    ) throws(LedgerError) -> [EntryReference] {
        let (store, size) = published.readable
        let (start, limit) = (Self.start(after: cursor), min(limit, Self.listLimit))
        // Read first: what is written meanwhile is only looked at twice.
        let indexed = try min(store.threadsIndexed(), size)
        var found = try store.entries(of: kind, name, from: start, below: indexed, limit: limit)
        let rest = max(start, indexed)
        if found.count < limit, rest < size {
            let late = try unindexed(kind, name, rest..<size, store)
            found += late.prefix(limit - found.count)
        }
        return try references(found, in: store)
    }

    /// Number of entries whose rows of threads are written; the others follow.
    package func threadsIndexed() throws(LedgerError) -> UInt64 {
        try published.store.threadsIndexed()
    }

    /// The entries of a thread among those whose rows may not be written yet, rising.
    private func unindexed(
        _ kind: ThreadKind, _ name: Text, _ range: Range<UInt64>, _ store: Store
    ) throws(LedgerError) -> [UInt64] {
        let (first, names) = sequencer.freshThreads.names(in: range)
        guard first - range.lowerBound <= Self.tailLimit else { return [] }
        var found: [UInt64] = []
        try store.forEach(in: store.entries, from: range.lowerBound, to: first) {
            index, leaf throws(LedgerError) in
            do throws(Refusal) {
                let statement = try Statement(leaf: leaf)
                let own = kind == .subject ? statement.subject : statement.issuer
                if own == name { found.append(index) }
            } catch {
                throw .corrupt("entry \(index) is not a statement: \(error)")
            }
        }
        for (offset, names) in names.enumerated() {
            let own = kind == .subject ? names.subject : names.issuer
            if own == name { found.append(first + UInt64(offset)) }
        }
        return found
    }
}
