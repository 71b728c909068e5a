import Checkpoints
import LedgerStore
import Manifests
import Merkle
import Provenance

/// The bounds that a record gets: how early others have seen the entry (record.md §2, §5).
extension Ledger {
    /// The receipts of an entry that say when it was there, where their heads are smaller than the
    /// newest: that of the first kept head, which is the ledger's word, and that of the first that
    /// others have seen, where that is a later one; see ``ServedHead``.
    func earliestReceipts(
        at index: UInt64, before newest: IssuedReceipt
    ) throws(LedgerError) -> [[UInt8]] {
        guard newest.size > index + 1 else { return [] }
        let (store, registry) = (published.store, published.registry)
        let heads = ServedHead(store: store, rule: published.rule)
        func doubt(_ size: UInt64) -> KeyDoubt? {
            [registry.noteKeys.doubt(about: size), registry.receiptKeys.doubt(about: size)]
                .compactMap { $0 }.min { $0.until < $1.until }
        }
        var bounds: [HeadRow] = []
        if let seen = try heads.firstSeen(covering: index, upTo: newest.size - 1, doubt) {
            bounds = [seen]
        }
        let limit = bounds.first?.size ?? newest.size
        if let kept = try heads.firstKept(covering: index, upTo: limit - 1, doubt) {
            bounds.insert(kept, at: 0)
        }
        var receipts: [[UInt8]] = []
        for head in bounds {
            guard let receipt = head.receipt else { continue }
            receipts.append(
                receipt.receipt(try Self.inclusion(of: index, in: head.size, of: store)))
        }
        return receipts
    }

    /// The earliest evidence of each source about a head that covers an entry; and with the proof
    /// of a calendar the tokens of its head, for it is made over them too, and shows that they
    /// were there before the block.
    func datings(of index: UInt64) throws(LedgerError) -> [Anchor] {
        let store = published.store
        var rows = try anchors(covering: index)
        for size in Set(rows.filter { $0.kind == .openTimestamps }.map(\.size)).sorted() {
            let tokens = try store.anchors(ofSize: size, limit: AnchorMemory.rowsOfAHead)
                .filter { $0.kind == .timestamp && $0.state == .complete }
                .prefix(AnchorMemory.coveringOfAKind).filter { !rows.contains($0) }
            rows += tokens.prefix(Limits.anchors - rows.count)
        }
        rows.sort { ($0.size, $0.kind.rawValue) < ($1.size, $1.kind.rawValue) }
        return try rows.map { row throws(LedgerError) in
            Anchor(
                type: row.kind == .timestamp ? Anchor.timestamp : Anchor.openTimestamps,
                checkpoint: row.checkpoint, evidence: row.evidence,
                inclusion: try Self.inclusion(of: index, in: row.size, of: store))
        }
    }

    private static func inclusion(
        of index: UInt64, in size: UInt64, of store: Store
    ) throws(LedgerError) -> InclusionProof {
        let range = try store.range(size: size)
        let head = HeadRow(size: size, time: 0, root: range.root)
        return try PublishedTree(store: store, head: head, range: range).inclusion(of: index)
    }
}
