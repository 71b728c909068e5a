import IndexMap
import LedgerStore
import Provenance
import RocksDB
import Synchronization

/// The map of the index as it stands, and the head that says its root.
///
/// The indexer alone changes it. Lists are rows, and the map has their hashes: so both change under
/// one lock, and whoever makes a proof takes the map and a snapshot of the rows under the same. A
/// disk may hold that lock for as long as it likes. What the index is doing has a lock of its own,
/// which nothing holds that waits: it is asked on event loops.
final class IndexStanding: Sendable {
    /// What may be asked at any moment.
    private struct Told {
        var phase: IndexPhase
        /// The newest index head; nil where there is none.
        var head: PlacedIndexHead?
        /// Bytes of memory of the map.
        var byteCount = 0
    }

    private let map = Mutex(IndexTrie())

    /// Where both are held, this one is taken last.
    private let told: Mutex<Told>

    /// - Parameter isOn: whether index heads are made.
    init(isOn: Bool) {
        told = Mutex(Told(phase: isOn ? .building : .off))
    }

    /// What the index is doing.
    var phase: IndexPhase { told.withLock { $0.phase } }

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
    var trie: IndexTrie { map.withLock { $0 } }

    /// The newest index head that the indexer knows.
    var head: PlacedIndexHead? { told.withLock { $0.head } }

    /// Bytes of memory of the map.
    var byteCount: Int { told.withLock { $0.byteCount } }

    /// Puts a map that was made of rows, and the newest head.
    func put(_ trie: IndexTrie, _ head: PlacedIndexHead?) {
        map.withLock { map in
            map = trie
            tell(map, head)
        }
    }

    /// Changes the map once `write` has written the lists that belong to it.
    ///
    /// Where that fails nobody knows whether these are there, and nothing is proven before the same
    /// change has been made: a list that is ahead of the map would look like a damaged one.
    ///
    /// - Parameter head: the head that says its root from now on; nil where none does yet.
    func apply(
        _ change: IndexChange, _ head: PlacedIndexHead?, after write: () throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try map.withLock { map throws(LedgerError) in
            do throws(LedgerError) {
                try write()
            } catch {
                told.withLock { $0.phase = .building }
                throw error
            }
            map.apply(change)
            tell(map, head ?? self.head)
        }
    }

    /// Stops the index.
    func stop(_ reason: String) {
        // Nothing is proven by it any more, and nothing added to it.
        map.withLock { map in
            map = IndexTrie()
            told.withLock { told in
                told.phase = .stopped(reason)
                told.byteCount = map.byteCount
            }
        }
    }

    private func tell(_ map: IndexTrie, _ head: PlacedIndexHead?) {
        told.withLock { told in
            told.head = head
            told.phase = Self.phase(of: map, head)
            told.byteCount = map.byteCount
        }
    }

    private static func phase(of map: IndexTrie, _ placed: PlacedIndexHead?) -> IndexPhase {
        guard let head = placed?.head else { return .building }
        return head.size == map.size && head.map == map.root ? .ready : .building
    }

    /// Map, head and rows of one moment; nil where the map is not that of a head.
    func moment(
        of store: Store
    ) throws(LedgerError) -> (trie: IndexTrie, head: PlacedIndexHead, rows: StoredIndexRows)? {
        try map.withLock { map throws(LedgerError) in
            let (phase, head) = told.withLock { ($0.phase, $0.head) }
            guard phase == .ready, let head else { return nil }
            let snapshot = try store.reading { () throws(RocksDBError) in
                try Snapshot(of: store.database)
            }
            return (map, head, StoredIndexRows(store, as: snapshot))
        }
    }
}
