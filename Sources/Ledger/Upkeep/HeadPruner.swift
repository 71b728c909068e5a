import Checkpoints
import LedgerStore
import Merkle
import Provenance

/// Removes tree heads that nobody has to be able to ask for any more (log.md §4).
///
/// Kept for ever are those that meet the quorum, those with evidence, the first and the last of
/// each UTC hour, the newest that was served, and the two newest, which the high-water file names;
/// all others for a day. Without a quorum every cosigned head is kept.
///
/// The last of an hour holds all entries of it: so the first kept head above an entry is at most an
/// hour younger than the entry, however long nothing was registered then.
struct HeadPruner {
    /// Seconds that every head is kept, by its own time.
    static let keptSeconds: UInt64 = 24 * 3600

    /// Rows in one write: the sequencer waits for no more than one of these.
    private static let batch = 1024

    /// Removed rows after which their files are written anew, so that they leave the disk.
    private static let compactionRows = 64 << 10

    /// The size that the next look begins with, and the hour of the head before it.
    private var next: UInt64 = 0
    private var hour: UInt64?
    private var removedSinceCompaction = 0

    /// Removes what may go by `now`, in POSIX seconds, and returns the number of heads.
    ///
    /// The `rule` is that of now: the policy may be read again while the ledger runs. `seen` is the
    /// size of the newest head that was served, which a start may have to serve again.
    ///
    /// Ages are counted back from the newest head, or from the clock where that is behind: so a
    /// ledger that stood still, or a clock that jumped ahead while nothing was registered, loses
    /// nothing. Nothing is synced: what a crash brings back is removed again.
    ///
    /// `dated` names the heads that are being dated: their evidence is on its way.
    mutating func prune(
        _ store: Store, newest: HeadRow, now: UInt64, rule: WitnessRule, seen: UInt64,
        dated: () -> Set<UInt64>
    ) throws(LedgerError) -> Int {
        let reference = min(now, newest.time)
        guard reference >= Self.keptSeconds else { return 0 }
        let limit = reference - Self.keptSeconds
        var removed = 0
        var isEnd = false
        while !isEnd {
            // Between the look and the removal nobody adds evidence, which would be lost.
            try store.writer.changingHeads { () throws(LedgerError) in
                var sizes: [UInt64]
                (sizes, isEnd) = try due(store, before: newest.size, limit, rule, dated())
                sizes.removeAll { $0 == seen }
                guard !sizes.isEmpty else { return }
                try store.write(.prune, sync: false) { rows in
                    for size in sizes { rows.removeHead(size: size) }
                }
                removed += sizes.count
            }
        }
        removedSinceCompaction += removed
        if removedSinceCompaction >= Self.compactionRows {
            try store.compactHeads()
            removedSinceCompaction = 0
        }
        return removed
    }

    /// The next heads that are due, at most ``batch``; and whether there are no more.
    private mutating func due(
        _ store: Store, before newest: UInt64, _ limit: UInt64, _ rule: WitnessRule,
        _ dated: Set<UInt64>
    ) throws(LedgerError) -> ([UInt64], Bool) {
        var sizes: [UInt64] = []
        var candidate: UInt64?
        let rows = try store.headValues(from: next, below: newest, limit: Self.batch)
        for (size, value) in rows {
            let head = try HeadRow(size: size, value: value)
            // Only now is the one before it neither the newest nor the one before the newest, nor
            // the last of its hour.
            if let candidate, hour == head.time / 3600 { sizes.append(candidate) }
            candidate = nil
            guard head.time <= limit else { return (sizes, true) }
            let isFirst = hour != head.time / 3600
            hour = head.time / 3600
            if !isFirst, !dated.contains(size), try !isKept(head, store, rule) {
                candidate = size
            }
            next = candidate ?? size + 1
        }
        return (sizes, rows.count < Self.batch)
    }

    /// Whether a head is kept for its cosignatures or its evidence.
    ///
    /// Lines were verified when they were added, so who they are by is enough here. One that is by
    /// nobody in the policy may have been part of an earlier quorum.
    private func isKept(
        _ head: HeadRow, _ store: Store, _ rule: WitnessRule
    ) throws(LedgerError) -> Bool {
        guard let note = head.receipt?.note, let signed = try? SignedCheckpoint(parsing: note)
        else { return true }
        if !signed.cosignatures.isEmpty {
            guard let policy = rule.quorumPolicy else { return true }
            let keys = policy.witnesses.map(\.key)
            let known = signed.cosignatures.compactMap { line in
                keys.first { $0.name == line.name && $0.keyID == line.keyID }
            }
            guard known.count == signed.cosignatures.count,
                !policy.isQuorumMet(by: { known.contains($0.key) })
            else { return true }
        }
        return try store.hasEvidence(size: head.size)
    }
}
