import Encoding
import Jobs
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance

/// Writes the `threads` rows behind the sequencer, on a thread of its own.
///
/// The rows answer lists only; nothing is proven by them. A crash loses none: the cursor is
/// written in the same batch as the rows it stands for, and they are written again from there.
final class ThreadIndexer: Sendable {
    /// Entries in one write: small, because the sequencer's next batch waits for it, and a
    /// shutdown too.
    private static let chunk = 512

    /// Between two looks at the published size; lists may be late by so much.
    private static let pollSeconds = 0.2

    private let published: Published
    private let fresh: FreshThreads
    private let logger: Logger
    private let thread = BackgroundThread()

    init(published: Published, fresh: FreshThreads, logger: Logger) {
        self.published = published
        self.fresh = fresh
        self.logger = logger
    }

    /// Starts the thread; call once.
    func start() {
        thread.start("threads") { [self] in run() }
    }

    /// Stops after the write that is under way, and returns when the thread has ended.
    func stop() { thread.stop() }

    private func run() {
        var hasFailed = false
        repeat {
            do throws(LedgerError) {
                while try indexChunk() {
                    if thread.isStopping { return }
                }
                hasFailed = false
            } catch {
                if !hasFailed { logger.error("threads are not indexed: \(error)") }
                hasFailed = true
                published.writingMayHaveFailed()
            }
        } while thread.sleep(Self.pollSeconds)
    }

    /// Indexes the next entries; false where there is none left.
    private func indexChunk() throws(LedgerError) -> Bool {
        let (store, head) = published.snapshot
        let start = try store.threadsIndexed()
        guard start < head.size else { return false }
        var end = start
        let entries: [Entry]
        let names = fresh.take(from: start, limit: Self.chunk)
        if names.isEmpty {
            // Where the younger ones are kept, only the older ones are read.
            let kept = fresh.first.flatMap { $0 > start ? $0 : nil } ?? head.size
            end = min(start + UInt64(Self.chunk), head.size, kept)
            entries = try stored(store, from: start, to: end)
        } else {
            end += UInt64(names.count)
            entries = names.enumerated().map { (start + UInt64($0), $1) }
        }
        // RocksDB takes neighbours in their order for less.
        let keys = keys(of: entries).sorted { $0.lexicographicallyPrecedes($1) }
        try store.write(.threads, sync: false) { rows in
            rows.put(threads: keys, indexedBelow: end)
        }
        return true
    }

    private typealias Entry = (index: UInt64, names: FreshThreads.Names)

    /// Reads the threads of these entries from their leaves; one that is missing is for `fsck` to
    /// report, and does not keep the others from being listed.
    private func stored(
        _ store: Store, from start: UInt64, to end: UInt64
    ) throws(LedgerError) -> [Entry] {
        var entries: [Entry] = []
        try store.forEach(in: store.entries, from: start, to: end) {
            index, leaf throws(LedgerError) in
            do throws(Refusal) {
                let statement = try Statement(leaf: leaf)
                let names = FreshThreads.Names(
                    subject: statement.subject, issuer: statement.issuer)
                entries.append((index, names))
            } catch {
                throw .corrupt("entry \(index) is not a statement: \(error)")
            }
        }
        return entries
    }

    /// Returns the keys of two rows for each entry.
    private func keys(of entries: [Entry]) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        keys.reserveCapacity(2 * entries.count)
        var issuer: (name: Text, prefix: [UInt8])?
        for (number, names) in entries {
            let index = StoreLayout.key(number)
            if issuer?.name != names.issuer {
                issuer = (names.issuer, ThreadKind.issuer.prefix(of: names.issuer))
            }
            keys.append(ThreadKind.subject.prefix(of: names.subject) + index)
            if let issuer { keys.append(issuer.prefix + index) }
        }
        return keys
    }
}
