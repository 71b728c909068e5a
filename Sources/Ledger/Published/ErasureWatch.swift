import LedgerStore
import Merkle
import Metrics
import Provenance
import Synchronization

/// How far the erasures are that are logged.
///
/// An erasure is *hidden* from the moment its batch is on disk: no read gives its bytes out. It is
/// *marked* once every row that had them says so, and *done* once no file of the folder has them.
final class ErasureWatch: Sendable {
    private struct State {
        var unmarked: [Hash: EntryID] = [:]
        var unfinished: [LoggedErasure] = []
        /// Index of the newest erasure.
        var newest: UInt64?
        var observers: [@Sendable () -> Void] = []
        var memories: [any ManifestMemory] = []

        mutating func add(_ erasures: [LoggedErasure]) {
            unfinished += erasures
            for erasure in erasures where unmarked[erasure.digest] == nil {
                unmarked[erasure.digest] = erasure.id
            }
            if let last = erasures.last { newest = max(last.index, newest ?? 0) }
        }
    }

    private let state: Mutex<State>
    private let pending = Gauge(label: "colophon_erasures_pending")

    /// Knows the erasures of a store, those below `end` as done.
    init(_ erasures: [LoggedErasure], doneBelow end: UInt64) {
        var state = State()
        state.newest = erasures.last?.index
        state.add(erasures.filter { $0.index >= end })
        pending.record(state.unfinished.count)
        self.state = Mutex(state)
    }

    /// Erasures some of whose rows may still have the bytes, by the digest of the manifest.
    ///
    /// A reader of rows asks for this first, and reads the rows after it.
    var unmarked: [Hash: EntryID] { state.withLock { $0.unmarked } }

    /// Erasures whose bytes may still be in a file, in their order.
    var unfinished: [LoggedErasure] { state.withLock { $0.unfinished } }

    /// Index of the newest erasure; nil where there is none.
    var newest: UInt64? { state.withLock { $0.newest } }

    /// Whether no file of the folder has the bytes any more that this statement erased.
    func isDone(_ erasure: EntryID) -> Bool {
        state.withLock { state in !state.unfinished.contains { $0.id == erasure } }
    }

    /// Has `body` called after each erasure, on the sequencer's thread, which it must not keep.
    func observe(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(body) }
    }

    /// Has `memory` forget what each erasure takes, before the erasure is done.
    func add(_ memory: any ManifestMemory) {
        state.withLock { $0.memories.append(memory) }
    }

    /// What keeps something of manifests outside the store.
    var memories: [any ManifestMemory] { state.withLock { $0.memories } }

    /// Adds erasures that are on disk; those that are known already are passed over.
    func add(_ erasures: [LoggedErasure]) {
        guard let last = erasures.last else { return }
        let observers = state.withLock { state -> [@Sendable () -> Void] in
            let newest = state.newest ?? 0
            guard last.index > newest else { return [] }
            state.add(erasures.filter { $0.index > newest })
            pending.record(state.unfinished.count)
            return state.observers
        }
        for observer in observers { observer() }
    }

    /// Says that every row that had the bytes of these is marked.
    func mark(_ erasures: [LoggedErasure]) {
        state.withLock { state in
            for erasure in erasures { state.unmarked[erasure.digest] = nil }
        }
    }

    /// Says that no file has the bytes of these, which are the oldest that are unfinished.
    func finish(_ erasures: [LoggedErasure]) {
        state.withLock { state in
            state.unfinished.removeFirst(erasures.count)
            pending.record(state.unfinished.count)
        }
    }
}
