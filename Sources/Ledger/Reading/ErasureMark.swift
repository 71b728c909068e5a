import Encoding
import Provenance
import Synchronization

/// Finds the newest erasure of a log, reading each control statement once.
final class ErasureMark: Sendable {
    private struct State {
        /// Control statements that were looked at.
        var count: UInt64 = 0
        /// The sequence number of the newest erasure among them, plus one.
        var mark: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Returns the mark after the first `count` control statements: 0 where nothing was erased.
    func mark(after count: UInt64, _ store: Store) throws(LedgerError) -> UInt64 {
        try state.withLock { state throws(LedgerError) in
            while state.count < count {
                let statement = try store.statement(at: store.controlIndex(state.count))
                state.count += 1
                if statement.controlManifest?.predicateType == PredicateType.erasure {
                    state.mark = state.count
                }
            }
            return state.mark
        }
    }
}

extension Ledger {
    /// A number that rises with every erasure: as long as it is the same, no manifest below the
    /// newest head has vanished.
    public func erasureMark() throws(LedgerError) -> UInt64 {
        try erasures.mark(after: published.registry.sequence, published.store)
    }
}
