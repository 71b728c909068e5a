import LedgerStore
import Provenance
import Synchronization

/// The registry as the control statements in the queue will leave it, as far as can be told.
///
/// While one waits, statements are judged by the registry that it will leave, so that the sequencer
/// need not judge them again; and no refusal by a registry is final. Nothing else depends on it:
/// where it is wrong, the sequencer judges again.
final class RegistryOutlook: Sendable {
    private struct State {
        var waiting = 0
        var registry: Registry?
    }

    /// Control statements that are in the queue, or in the batch that the sequencer works at.
    private let waiting = Atomic(0)
    private let state = Mutex(State())

    /// Whether no control statement waits: then the published registry is the one that the next
    /// statement in the queue will find, if it is read after this.
    var isClear: Bool { waiting.load(ordering: .acquiring) == 0 }

    /// The registry below the next statement in the queue; nil where that is the published one.
    var registry: Registry? {
        isClear ? nil : state.withLock { $0.registry }
    }

    /// Notes that so many control statements are about to enter the queue, and the registry after
    /// them.
    func add(_ count: Int, leadingTo registry: Registry) {
        guard count > 0 else { return }
        state.withLock { state in
            state.waiting += count
            state.registry = registry
            waiting.store(state.waiting, ordering: .releasing)
        }
    }

    /// Says that so many of them are decided, and published where they were registered.
    func remove(_ count: Int) {
        guard count > 0 else { return }
        state.withLock { state in
            state.waiting -= count
            if state.waiting == 0 { state.registry = nil }
            waiting.store(state.waiting, ordering: .releasing)
        }
    }
}
