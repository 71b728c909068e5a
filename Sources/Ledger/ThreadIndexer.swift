import Encoding
import Foundation
import Logging
import Merkle
import Provenance
import RocksDB

/// What a thread is made of.
public enum ThreadKind: UInt8, Sendable {
    /// Entries with one `sub`: the life of a work.
    case subject = 0

    /// Entries of one `iss`.
    case issuer = 1
}

/// Writes the `threads` rows behind the sequencer, on a thread of its own.
///
/// The rows answer lists only; nothing is proven by them. A crash loses none: the cursor is
/// written in the same batch as the rows it stands for, and they are written again from there.
///
/// `@unchecked Sendable`: what two threads touch is guarded by the condition's lock.
final class ThreadIndexer: @unchecked Sendable {
    /// Entries in one write: small, because the sequencer's next batch waits for it, and a
    /// shutdown too.
    private static let chunk = 512

    /// Seconds between two looks at the published size; lists may be late by so much.
    private static let pollSeconds: TimeInterval = 0.2

    private let published: Published
    private let fresh: FreshThreads
    private let logger: Logger
    private let condition = NSCondition()
    private var isStopped = false
    private var hasEnded = false

    init(published: Published, fresh: FreshThreads, logger: Logger) {
        self.published = published
        self.fresh = fresh
        self.logger = logger
    }

    /// Returns the beginning of the keys of one thread: the kind, and SHA-256 of the name.
    static func prefix(_ kind: ThreadKind, _ name: Text) -> [UInt8] {
        [kind.rawValue] + Hash.sha256(name.utf8).bytes
    }

    /// Starts the thread; call once.
    func start() {
        let thread = Thread { [self] in
            run()
            condition.withLock {
                hasEnded = true
                condition.broadcast()
            }
        }
        thread.name = "threads"
        thread.start()
    }

    /// Stops after the write that is under way, and returns when the thread has ended.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
        }
    }

    private func run() {
        var hasFailed = false
        while true {
            do throws(LedgerError) {
                while try indexChunk() {
                    if condition.withLock({ isStopped }) { return }
                }
                hasFailed = false
            } catch {
                if !hasFailed { logger.error("threads are not indexed: \(error)") }
                hasFailed = true
            }
            let isOver = condition.withLock {
                if !isStopped { _ = condition.wait(until: Date() + Self.pollSeconds) }
                return isStopped
            }
            if isOver { return }
        }
    }

    /// Indexes the next entries; false where there is none left.
    private func indexChunk() throws(LedgerError) -> Bool {
        let (store, head) = published.snapshot
        let name = StoreLayout.MetaName.threadsIndexed
        let start = try store.value(name, in: store.meta).flatMap { StoreLayout.number($0) } ?? 0
        guard start < head.size else { return false }
        var names = fresh.take(from: start, limit: Self.chunk)
        if names.isEmpty {
            // Where the younger ones are kept, only the older ones are read.
            let kept = fresh.first.flatMap { $0 > start ? $0 : nil } ?? head.size
            let end = min(start + UInt64(Self.chunk), head.size, kept)
            names = try stored(store, from: start, to: end)[...]
        }
        // RocksDB takes neighbours in their order for less.
        let keys = self.keys(of: names, from: start).sorted {
            $0.lexicographicallyPrecedes($1)
        }
        try store.write(.threads, sync: false) { batch in
            for key in keys { batch.put(key: key, value: [], in: store.threads) }
            batch.put(
                key: name, value: StoreLayout.key(start + UInt64(names.count)), in: store.meta)
        }
        return true
    }

    /// Reads the threads of these entries from their leaves.
    private func stored(
        _ store: Store, from start: UInt64, to end: UInt64
    ) throws(LedgerError) -> [FreshThreads.Names] {
        var names: [FreshThreads.Names] = []
        try store.forEach(in: store.entries, from: start, to: end) {
            index, leaf throws(LedgerError) in
            guard index == start + UInt64(names.count) else {
                throw .corrupt("entry \(start + UInt64(names.count)) has no row")
            }
            do throws(Refusal) {
                let statement = try Statement(leaf: leaf)
                names.append(
                    FreshThreads.Names(subject: statement.subject, issuer: statement.issuer))
            } catch {
                throw .corrupt("entry \(index) is not a statement: \(error)")
            }
        }
        guard UInt64(names.count) == end - start else {
            throw .corrupt("entry \(start + UInt64(names.count)) has no row")
        }
        return names
    }

    /// Returns the keys of two rows for each entry.
    private func keys(
        of names: ArraySlice<FreshThreads.Names>, from start: UInt64
    ) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        keys.reserveCapacity(2 * names.count)
        var issuer: (name: Text, prefix: [UInt8])?
        for (position, names) in names.enumerated() {
            let index = StoreLayout.key(start + UInt64(position))
            if issuer?.name != names.issuer {
                issuer = (names.issuer, Self.prefix(.issuer, names.issuer))
            }
            keys.append(Self.prefix(.subject, names.subject) + index)
            if let issuer { keys.append(issuer.prefix + index) }
        }
        return keys
    }
}
