import IndexMap
import LedgerStore
import Provenance
import RocksDB
import Synchronization

/// The map of the index as it stands, and the head that says its root.
///
/// The indexer alone changes it. Lists are rows, and the map has their hashes: so both change under
/// one lock, and whoever makes a proof takes the map and a snapshot of the rows under the same.
final class IndexStanding: Sendable {
    private struct State {
        var phase: IndexPhase
        var trie = IndexTrie()
        /// The newest index head; nil where there is none.
        var head: PlacedIndexHead?
    }

    private let state: Mutex<State>

    /// - Parameter isOn: whether index heads are made.
    init(isOn: Bool) {
        state = Mutex(State(phase: isOn ? .building : .off))
    }

    /// What the index is doing.
    var phase: IndexPhase { state.withLock { $0.phase } }

    /// Whether it is switched on, and has not stopped.
    var isOn: Bool {
        switch phase {
        case .off, .stopped: false
        case .building, .ready: true
        }
    }

    /// Whether it has stopped.
    var hasStopped: Bool {
        if case .stopped = phase { true } else { false }
    }

    /// The map as it is now: a copy, which shares its memory until either changes.
    ///
    /// Let go of it before the map changes.
    var trie: IndexTrie { state.withLock { $0.trie } }

    /// The newest index head that the indexer knows.
    var head: PlacedIndexHead? { state.withLock { $0.head } }

    /// Bytes of memory of the map.
    var byteCount: Int { state.withLock { $0.trie.byteCount } }

    /// Puts a map that was made of rows, and the newest head.
    func put(_ trie: IndexTrie, _ head: PlacedIndexHead?) {
        state.withLock { state in
            state.trie = trie
            state.head = head
            state.phase = Self.phase(of: state)
        }
    }

    /// Changes the map once `write` has written the lists that belong to it.
    ///
    /// - Parameter head: the head that says its root from now on; nil where none does yet.
    func apply(
        _ change: IndexChange, _ head: PlacedIndexHead?, after write: () throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try state.withLock { state throws(LedgerError) in
            try write()
            state.trie.apply(change)
            if let head { state.head = head }
            state.phase = Self.phase(of: state)
        }
    }

    /// Stops the index.
    func stop(_ reason: String) {
        state.withLock { state in
            state.phase = .stopped(reason)
            // Nothing is proven by it any more, and nothing added to it.
            state.trie = IndexTrie()
        }
    }

    private static func phase(of state: State) -> IndexPhase {
        guard let head = state.head?.head else { return .building }
        return head.size == state.trie.size && head.map == state.trie.root ? .ready : .building
    }

    /// Map, head and rows of one moment; nil where the map is not that of a head.
    func moment(
        of store: Store
    ) throws(LedgerError) -> (trie: IndexTrie, head: PlacedIndexHead, rows: StoredIndexRows)? {
        try state.withLock { state throws(LedgerError) in
            guard state.phase == .ready, let head = state.head else { return nil }
            let snapshot = try store.reading { () throws(RocksDBError) in
                try Snapshot(of: store.database)
            }
            return (state.trie, head, StoredIndexRows(store, as: snapshot))
        }
    }
}
