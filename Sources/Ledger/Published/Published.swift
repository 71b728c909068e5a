import LedgerStore
import Logging
import Merkle
import Provenance
import Synchronization

/// Why nothing is registered now: an error, and words that say what has stopped.
struct Unready: Hashable {
    let error: LedgerError
    let words: String

    init(_ error: LedgerError, saying words: String? = nil) {
        self.error = error
        self.words = words ?? "\(error)"
    }
}

/// The published state: the store, the newest signed head, and the registry below it.
final class Published: Sendable {
    private struct State {
        var store: Store
        var head: HeadRow
        var range: CompactRange
        var registry: Registry
        var readiness: Unready?
        var whenWritingFails: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>

    /// The progress of the erasures.
    let erasures: ErasureWatch

    /// `range` is that of the tree of `head`.
    init(
        store: Store, head: HeadRow, range: CompactRange, registry: Registry,
        erasures: ErasureWatch
    ) {
        self.erasures = erasures
        state = Mutex(
            State(store: store, head: head, range: range, registry: registry, readiness: nil))
    }

    var store: Store { state.withLock { $0.store } }

    var head: HeadRow { state.withLock { $0.head } }

    var registry: Registry { state.withLock { $0.registry } }

    /// The newest head and the registry below it.
    var headAndRegistry: (head: HeadRow, registry: Registry) {
        state.withLock { ($0.head, $0.registry) }
    }

    /// Store and newest head of one moment.
    var snapshot: (store: Store, head: HeadRow) {
        state.withLock { ($0.store, $0.head) }
    }

    /// What a round of the scrub goes round.
    var underScrub: (store: Store, head: HeadRow, erasing: Set<Hash>) {
        // Asked first: what is erased after it is found erased.
        let pending = Set(erasures.unmarked.keys)
        let (store, head) = snapshot
        return (store, head, pending)
    }

    /// The tree of the newest head.
    var tree: PublishedTree {
        let (store, head, range) = state.withLock { ($0.store, $0.head, $0.range) }
        return PublishedTree(store: store, head: head, range: range)
    }

    /// What a trust kit is made of, all of one moment.
    var kitParts: (store: Store, tree: PublishedTree, registry: Registry) {
        state.withLock {
            let tree = PublishedTree(store: $0.store, head: $0.head, range: $0.range)
            return ($0.store, tree, $0.registry)
        }
    }

    /// Why nothing is registered now; nil where the ledger is ready.
    var readiness: Unready? { state.withLock { $0.readiness } }

    func setReadiness(_ reason: Unready?) {
        state.withLock { $0.readiness = reason }
    }

    /// Has `body` called when a write behind the sequencer has failed.
    func observeFailures(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenWritingFails = body }
    }

    /// Says that a write behind the sequencer may have failed: only the sequencer opens the store
    /// again, and it may have nothing else to do.
    func writingMayHaveFailed() {
        state.withLock { $0.whenWritingFails }?()
    }

    /// Shows a tree whose head is signed.
    func show(_ tree: TreeState) {
        state.withLock {
            $0.head = tree.head
            $0.range = tree.range
            $0.registry = tree.registry
        }
    }

    /// Shows more evidence for the newest head, if it is still this one.
    func show(evidenceIn head: HeadRow) {
        state.withLock {
            if $0.head.size == head.size { $0.head.receipt = head.receipt }
        }
    }

    /// Closes the store and opens it again, and returns the tree that is found in it.
    ///
    /// After a failed write RocksDB refuses all later ones, and whether the batch reached the
    /// disk is not known. What a new opening recovers is the truth; it must hold every head that
    /// was published, and may hold one more batch, which nobody was told of.
    func reopen(options: LedgerOptions, logger: Logger) throws(LedgerError) -> TreeState {
        let (old, head) = snapshot
        // A compaction under way would keep the folder from being opened.
        old.stopCompactions()
        old.close()
        let store = try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: false,
            faultHook: options.faultHook)
        let found = try StoredLedger(store)
        guard found.head.size >= head.size, try store.range(size: head.size).root == head.root
        else {
            throw .corrupt("what was written does not extend the head of size \(head.size)")
        }
        erasures.add(found.erasures)
        state.withLock { $0.store = store }
        return try TreeState(found, store: store)
    }
}
