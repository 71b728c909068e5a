public import IndexMap
public import LedgerStore
import Manifests
public import Provenance

/// The index: its heads, and proofs by them.
extension Ledger {
    /// What the index is doing.
    public var indexPhase: IndexPhase { published.index.phase }

    /// Whether the index has stopped: somebody must make it anew.
    public var hasIndexStopped: Bool { published.index.hasStopped }

    /// Whether an index head is logged.
    public var hasIndexHead: Bool {
        get throws(LedgerError) {
            if published.index.head != nil { return true }
            return try published.store.newestIndexHead() != nil
        }
    }

    /// The newest index head that anyone may see, with a receipt; nil where there is none.
    public func indexHead() throws(LedgerError) -> TransparentIndexHead? {
        let (store, size) = published.readable
        // Where a quorum is required, the newest may not be published yet.
        return try store.indexHead(below: size).map { found throws(LedgerError) in
            try transparent(found)
        }
    }

    /// How many entries the newest index head covers that the indexer knows; nil where there is
    /// none.
    public var indexedSize: UInt64? { published.index.head?.head.size }

    /// The index head with this name, and where it stands; nil where no entry that anyone may see
    /// is one of this name.
    package func indexHead(
        _ id: EntryID
    ) throws(LedgerError) -> PlacedIndexHead? {
        guard let index = try coveredIndex(id),
            let found = try published.store.indexHead(ifAt: index)
        else { return nil }
        guard found.head.id == id else { throw Self.damaged(index) }
        return found
    }

    /// The index head that follows another one; nil where there is none yet that anyone may see.
    package func indexHead(after head: IndexHead) throws(LedgerError) -> IndexHead? {
        let (store, size) = published.readable
        guard let next = try store.indexHead(sequence: head.chain.sequence + 1),
            next.index < size
        else { return nil }
        return next.head
    }

    /// Proves which entries have each of these names among those that the newest index head covers.
    ///
    /// - Parameter positions: which entries of a list are shown, counted from its first.
    public func complete(
        _ names: [IndexName], positions: Range<UInt64>
    ) throws(LedgerError) -> CompleteProof? {
        guard let moment = try published.index.moment(of: published.readable.store) else {
            throw .tryAgain(indexUnready)
        }
        // Asked behind the head: it is shown before the map is its own.
        guard moment.head.index < published.readable.size else { return nil }
        var proofs: [IndexProof] = []
        for name in names {
            do throws(IndexError<LedgerError>) {
                proofs.append(
                    try moment.trie.proof(of: name, positions: positions, reading: moment.rows))
            } catch .failed(let error) {
                throw error
            } catch {
                throw .corrupt("\(error); run colophond fsck")
            }
        }
        let head = try transparent(moment.head)
        do throws(CompleteProofError) {
            return try CompleteProof(head, proofs)
        } catch {
            throw .badRequest("\(error)")
        }
    }

    /// Why there is no proof now.
    private var indexUnready: String {
        switch published.index.phase {
        case .off: "this ledger makes no index"
        case .building, .ready: "the index is being made; ask again later"
        case .stopped(let reason): "the index has stopped: \(reason)"
        }
    }

    func transparent(
        _ placed: PlacedIndexHead
    ) throws(LedgerError) -> TransparentIndexHead {
        let receipt = try receipt(at: placed.index)
        do throws(Refusal) {
            var head = try TransparentIndexHead(placed.head)
            head.receipts = receipt.map { [$0] } ?? []
            return head
        } catch {
            throw .corrupt("entry \(placed.index) cannot be written as a file: \(error)")
        }
    }
}
