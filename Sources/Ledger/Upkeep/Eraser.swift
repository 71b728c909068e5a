import Jobs
import LedgerStore
import Logging
import Merkle
import Provenance
import RocksDB

/// Removes the bytes of erased manifests from every row and every file of the folder, on a thread
/// of its own behind the sequencer.
///
/// The batch of an erasure marks the rows that are quickly found, and from then on no read gives
/// the bytes out (``ErasureWatch``). What is left is done here: the other rows that share the
/// manifest, the write-ahead log, the tables and the blob files. A crash leaves an erasure
/// unfinished: the mark in `meta` is written last, so the next start begins it again.
final class Eraser: Sendable {
    /// Seconds between two looks for a snapshot, an iterator or a backup in the way, or for the
    /// signed head over an erasure.
    private static let pollSeconds = 0.1

    /// Seconds before an attempt that failed is made again: twice as many each time, because it
    /// may have compacted everything.
    private static let retrySeconds = (first: 1.0, longest: 60.0)

    /// Entries on both sides of an erased one whose blob files are rewritten too, where values
    /// that nothing leads to are left: none at first, for a blob file mostly belongs to one table.
    private static let reaches: [UInt64] = [0, 1 << 16, .max]

    /// Compactions in one go; neighbours that lie further apart than this many make one.
    private static let compactions = 64

    private let published: Published
    private let logger: Logger
    private let thread = BackgroundThread()

    init(published: Published, logger: Logger) {
        self.published = published
        self.logger = logger
    }

    /// Starts the thread; call once.
    func start() {
        published.erasures.observe { [thread] in thread.wakeUp() }
        thread.start("eraser") { [self] in run() }
    }

    /// Stops in the middle of a step, and returns when the thread has ended.
    func stop() {
        thread.stop { published.store.stopCompactions() }
    }

    private func run() {
        var failures = 0
        while true {
            let unfinished = published.erasures.unfinished
            let erasures = covered(unfinished)
            guard !erasures.isEmpty else {
                guard unfinished.isEmpty ? thread.sleep() : thread.sleep(Self.pollSeconds) else {
                    return
                }
                continue
            }
            do throws(LedgerError) {
                try finish(erasures)
                failures = 0
            } catch {
                guard !thread.isStopping else { return }
                if failures == 0, error != .closed {
                    logger.error("erased bytes are still in files: \(error)")
                }
                failures += 1
                published.writingMayHaveFailed()
                let delay = Self.retrySeconds.first * Double(1 << min(failures - 1, 6))
                guard thread.sleep(min(delay, Self.retrySeconds.longest)) else { return }
            }
        }
    }

    /// The oldest of these, as far as a signed head covers them.
    ///
    /// Lists have no entry above that head, so an erasure above it does not find all that share its
    /// manifest. It waits: for the head of its batch, or until an old copy has its entries back.
    private func covered(_ erasures: [LoggedErasure]) -> [LoggedErasure] {
        let size = published.head.size
        return Array(erasures.prefix { $0.index < size })
    }

    private func finish(_ erasures: [LoggedErasure]) throws(LedgerError) {
        let (store, head) = published.snapshot
        var entries: [UInt64] = []
        for erasure in erasures { entries += try mark(erasure, in: store) }
        published.erasures.mark(erasures)
        guard let last = erasures.last else { return }
        try removeFromMemories(entries, erasedBelow: last.index + 1)
        try removeFromFiles(entries, of: store)
        let since = try store.erasureMark()?.coveredSince ?? head.size
        let mark = ErasureMark(doneBelow: last.index + 1, coveredSince: since)
        try store.write(.erasure, sync: true) { rows in rows.put(mark) }
        published.erasures.finish(erasures)
        for erasure in erasures {
            logger.notice(
                "erased bytes are gone from every file", metadata: ["erasure": "\(erasure.id)"])
        }
    }

    // MARK: - Rows

    /// Marks every row that has the bytes still, and returns all entries that share them.
    ///
    /// Each page is synced. A crash leaves some rows unmarked, and no file thinks otherwise.
    private func mark(_ erasure: LoggedErasure, in store: Store) throws(LedgerError) -> [UInt64] {
        var entries: [UInt64] = []
        try published.forEachPage(of: erasure, in: store) { page throws(LedgerError) in
            guard !thread.isStopping else { throw .closed }
            entries += page
            var unmarked: [UInt64] = []
            for index in page where try !store.isManifestErased(at: index) {
                unmarked.append(index)
            }
            guard !unmarked.isEmpty else { return }
            try store.write(.erasure, sync: true) { rows in
                for index in unmarked { rows.erase(manifestAt: index, by: erasure.id) }
            }
        }
        return entries
    }

    // MARK: - Memories beside the store

    /// Returns once nothing beside the store has anything of these entries any more.
    private func removeFromMemories(
        _ entries: [UInt64], erasedBelow end: UInt64
    ) throws(LedgerError) {
        for memory in published.erasures.memories {
            var failure: LedgerError?
            try wait {
                do {
                    return try memory.forget(entries, erasedBelow: end)
                } catch {
                    failure = error as? LedgerError ?? .tryAgain("\(error)")
                    return true
                }
            }
            if let failure { throw failure }
        }
    }

    // MARK: - Files

    /// Returns once no file of the folder has the bytes that the rows of `entries` had.
    private func removeFromFiles(_ entries: [UInt64], of store: Store) throws(LedgerError) {
        let database = store.database
        // An older snapshot may read the old rows; from one moment without any on, none can, and
        // compaction keeps them for nobody.
        try wait { database.snapshotCount == 0 }
        try store.reading { () throws(RocksDBError) in
            // The old rows leave memory, and the log that has them leaves the folder.
            try database.flush()
        }
        for reach in Self.reaches {
            for range in Self.ranges(around: entries, reach) {
                guard !thread.isStopping else { throw .closed }
                try store.compactManifests(of: range)
            }
            if !database.hasStaleValues(in: store.manifests) { break }
        }
        guard !database.hasStaleValues(in: store.manifests) else {
            throw .tryAgain("a compaction left values in blob files that no row leads to")
        }
        try wait { !database.hasKeptFiles(of: store.manifests) }
        try store.reading { () throws(RocksDBError) in try database.removeObsoleteFiles() }
    }

    /// The ranges to compact: each entry with those in reach of it, neighbours together.
    private static func ranges(
        around entries: [UInt64], _ reach: UInt64
    ) -> [ClosedRange<UInt64>] {
        guard reach < .max else { return [0...(.max)] }
        var ranges: [ClosedRange<UInt64>] = []
        for index in entries.sorted() {
            let range = (index - min(index, reach))...(index + reach)
            if let last = ranges.last, range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound...range.upperBound
            } else {
                ranges.append(range)
            }
        }
        guard ranges.count > compactions, let first = ranges.first, let last = ranges.last else {
            return ranges
        }
        return [first.lowerBound...last.upperBound]
    }

    private func wait(until isTrue: () -> Bool) throws(LedgerError) {
        while !isTrue() {
            guard thread.sleep(Self.pollSeconds) else { throw .closed }
        }
    }
}
