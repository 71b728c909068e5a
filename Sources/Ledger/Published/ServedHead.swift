import Checkpoints
import LedgerStore
import Merkle
import Provenance

/// Finds the head that is served, and what lies below it.
struct ServedHead {
    /// Heads that are looked at for one that meets the quorum, from the newest back.
    ///
    /// They are read in half a second: where witnesses have missed more of them, no start waits.
    private static let lookLimit = 500_000

    /// The same where nothing is published without it: more heads than a busy day has.
    private static let requiredLookLimit = 10_000_000

    /// The same for one question of a client.
    static let questionLimit = 10_000

    let store: Store
    let rule: WitnessRule

    /// The size below which no head may be served any more, for somebody has seen a larger one.
    func floor(signed: PublishedView) throws(LedgerError) -> UInt64 {
        switch try store.servedMark() {
        case .each: signed.head.size
        case .size(let size): size
        case nil: 0
        }
    }

    /// The head to serve when the ledger is opened: the newest that meets the quorum, and is not
    /// smaller than one that was served before.
    ///
    /// Where none does, it is the one that was served before, or else the newest signed one; none
    /// where a quorum is required.
    func first(signed: PublishedView, floor: UInt64) throws(LedgerError) -> PublishedView? {
        guard rule.hasQuorum else { return nil }
        if let head = try newest(upTo: signed.head.size), head.size >= floor {
            return try view(of: head, signed: signed, older: nil)
        }
        guard !rule.holdsBack else { return nil }
        guard floor > 0, floor < signed.head.size else { return signed }
        guard let head = try store.head(size: floor) else {
            throw .corrupt("the head of size \(floor), which was served, has no row")
        }
        return try view(of: head, signed: signed, older: nil)
    }

    /// The newest kept head of at most `size` that meets the quorum.
    func newest(
        upTo size: UInt64, among limit: Int? = nil
    ) throws(LedgerError) -> HeadRow? {
        let limit = limit ?? (rule.holdsBack ? Self.requiredLookLimit : Self.lookLimit)
        return try store.newestHead(upTo: size, among: limit) { size, value throws(LedgerError) in
            guard HeadRow.hasSeveralLines(value) else { return nil }
            let head = try HeadRow(size: size, value: value)
            guard let signed = try head.signedCheckpoint(), rule.isMet(by: signed, at: head.time)
            else {
                return nil
            }
            return head
        }
    }

    /// The first kept head that covers the entry at `index`, and is of at most `size`: how early
    /// the ledger itself says that the entry was there; nil where there is none.
    ///
    /// One that a thief may have signed is passed over, with all others of the same doubt
    /// (registry.md §7). What lacks a quorum that is required is shown to nobody, so there it is
    /// the first that others have seen, or none.
    func firstKept(
        covering index: UInt64, upTo size: UInt64, _ doubt: (UInt64) -> KeyDoubt?
    ) throws(LedgerError) -> HeadRow? {
        guard !rule.holdsBack else { return nil }
        var start = index + 1
        // Each turn goes past one of the doubts, of which there are as many as handovers at most.
        while start <= size,
            let row = try store.headValues(from: start, below: size + 1, limit: 1).first
        {
            guard let doubt = doubt(row.size) else {
                return try HeadRow(size: row.size, value: row.value)
            }
            guard doubt.sizes.upperBound < size else { return nil }
            start = doubt.sizes.upperBound + 1
        }
        return nil
    }

    /// Heads that are read at a time, from an entry on: the first that meets the quorum is one of
    /// the first ten of a ledger that signs often.
    private static let page = 64

    /// The first kept head that covers the entry at `index`, and is of at most `size`, that others
    /// have seen: the first that meets the quorum, or where there is none to meet, that has any
    /// cosignature; nil where none of the next ``questionLimit`` heads does, and where nobody is
    /// asked.
    ///
    /// Such heads are kept for ever, so of an old entry few are looked at. One that a thief may
    /// have signed counts only where it was seen by the time of the handover (registry.md §7).
    func firstSeen(
        covering index: UInt64, upTo size: UInt64, _ doubt: (UInt64) -> KeyDoubt?
    ) throws(LedgerError) -> HeadRow? {
        guard rule.policy != nil else { return nil }
        var (start, left) = (index + 1, Self.questionLimit)
        while left > 0, start <= size {
            let rows = try store.headValues(
                from: start, below: size + 1, limit: min(left, Self.page))
            guard let last = rows.last else { return nil }
            for row in rows where HeadRow.hasSeveralLines(row.value) {
                let head = try HeadRow(size: row.size, value: row.value)
                guard let signed = try head.signedCheckpoint(), isSeen(signed, at: head.time)
                else { continue }
                let isBelieved = doubt(head.size).map {
                    rule.wasMet(by: signed, at: head.time, until: $0.until)
                }
                if isBelieved ?? true { return head }
            }
            (start, left) = (last.size + 1, left - rows.count)
        }
        return nil
    }

    private func isSeen(_ signed: SignedCheckpoint, at time: UInt64) -> Bool {
        rule.hasQuorum ? rule.isMet(by: signed, at: time) : !signed.cosignatures.isEmpty
    }

    /// The newest kept head of at most `size` that has any cosignature.
    func newestCosigned(upTo size: UInt64) throws(LedgerError) -> HeadRow? {
        try store.newestHead(upTo: size, among: Self.lookLimit) { size, value throws(LedgerError) in
            guard HeadRow.hasSeveralLines(value) else { return nil }
            let head = try HeadRow(size: size, value: value)
            return try head.signedCheckpoint()?.cosignatures.isEmpty == false ? head : nil
        }
    }

    /// A head with its range and its registry; `older` is what was served before.
    func view(
        of head: HeadRow, signed: PublishedView, older: PublishedView?
    ) throws(LedgerError) -> PublishedView {
        guard head.size < signed.head.size else {
            return PublishedView(head: head, range: signed.range, registry: signed.registry)
        }
        return PublishedView(
            head: head, range: try store.range(size: head.size),
            registry: try registry(below: head.size, newest: signed.registry, older?.registry))
    }

    /// The registry below a head; it is read only where the newer one is not shown.
    private func registry(
        below size: UInt64, newest: Registry, _ older: Registry?
    ) throws(LedgerError) -> Registry {
        guard rule.holdsBack, newest.newestIndex >= size else { return newest }
        guard var registry = older else { return try store.registry(below: size) }
        while registry.sequence < newest.sequence {
            let index = try store.controlIndex(registry.sequence)
            guard index < size else { break }
            try store.apply(index, to: &registry)
        }
        return registry
    }
}
