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
    private static let chunk: UInt64 = 128

    /// Seconds between two looks at the published size; lists may be late by so much.
    private static let pollSeconds: TimeInterval = 0.2

    private let published: Published
    private let logger: Logger
    private let condition = NSCondition()
    private var isStopped = false
    private var hasEnded = false

    init(published: Published, logger: Logger) {
        self.published = published
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
        let end = min(start + Self.chunk, head.size)
        var keys: [[UInt8]] = []
        try store.forEach(in: store.entries, from: start, to: end) {
            index, leaf throws(LedgerError) in
            do throws(Refusal) {
                let statement = try Statement(leaf: leaf)
                let key = StoreLayout.key(index)
                keys.append(Self.prefix(.subject, statement.subject) + key)
                keys.append(Self.prefix(.issuer, statement.issuer) + key)
            } catch {
                throw .corrupt("entry \(index) is not a statement: \(error)")
            }
        }
        try store.write(.threads, sync: false) { batch in
            for key in keys { batch.put(key: key, value: [], in: store.threads) }
            batch.put(key: name, value: StoreLayout.key(end), in: store.meta)
        }
        return true
    }
}
