package import RocksDB
import Synchronization

/// All writes to one opening of the store, one after the other, and none after one has failed.
///
/// After a write to its log has failed, RocksDB 7.8 refuses later writes, but a write that is
/// let in before it has noted the failure aborts the process (an assertion in its log writer).
/// So the failure is noted here, before the next write may begin.
package final class StoreWriter: Sendable {
    private let database: Database
    private let faultHook: WriteFaultHook?
    private let failure = Mutex<LedgerError?>(nil)
    private let headsLock = Mutex<Void>(())

    package init(_ database: Database, faultHook: WriteFaultHook? = nil) {
        self.database = database
        self.faultHook = faultHook
    }

    /// Why nothing is written any more; nil where nothing has failed.
    package var failed: LedgerError? { failure.withLock { $0 } }

    /// Writes what `fill` puts into a batch; with `sync` it is on disk when this returns.
    package func write(
        _ step: WriteStep, sync: Bool, _ fill: (WriteBatch) -> Void
    ) throws(LedgerError) {
        let failed = failure.withLock { failure -> LedgerError? in
            if failure != nil { return failure }
            do throws(LedgerError) {
                try commit(step, sync: sync, fill)
            } catch {
                failure = error
            }
            return failure
        }
        if let failed { throw failed }
    }

    /// Runs `body`, which reads rows of published heads and then changes them: one at a time, so
    /// that none undoes what another has read before.
    package func changingHeads<Result: Sendable>(
        _ body: () throws(LedgerError) -> Result
    ) throws(LedgerError) -> Result {
        try headsLock.withLock { _ throws(LedgerError) in try body() }
    }

    private func commit(
        _ step: WriteStep, sync: Bool, _ fill: (WriteBatch) -> Void
    ) throws(LedgerError) {
        let fault = faultHook?(step)
        if fault != .lost {
            do throws(RocksDBError) {
                let batch = try WriteBatch(for: database)
                fill(batch)
                try database.write(batch, sync: sync)
            } catch {
                throw error.kind == .closed ? .closed : .engine(error)
            }
        }
        if fault != nil { throw .tryAgain("the write of \(step) failed, as a test wants it") }
    }
}
