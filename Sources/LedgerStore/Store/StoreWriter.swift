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
        try alone { () throws(LedgerError) in
            try faulty(step) { () throws(RocksDBError) in
                let batch = try WriteBatch(for: database)
                fill(batch)
                try database.write(batch, sync: sync)
            }
        }
    }

    /// Makes the rows of a finished table file part of `family`, durably, and returns for how long
    /// no other write was let in.
    package func ingest(
        _ path: String, into family: ColumnFamily
    ) throws(LedgerError) -> Duration {
        var held = Duration.zero
        try alone { () throws(LedgerError) in
            let start = ContinuousClock.now
            try faulty(.ingest) { () throws(RocksDBError) in
                try database.ingest(path, into: family)
            }
            held = ContinuousClock.now - start
        }
        return held
    }

    /// Removes a family and all its rows, durably.
    package func drop(_ family: ColumnFamily) throws(LedgerError) {
        try alone { () throws(LedgerError) in
            try faulty(.drop) { () throws(RocksDBError) in try database.drop(family) }
        }
    }

    /// Fails where a test wants a step to fail that writes nothing to the store.
    func requireNoFault(_ step: WriteStep) throws(LedgerError) {
        if faultHook?(step) != nil {
            throw .tryAgain("the write of \(step) failed, as a test wants it")
        }
    }

    /// Runs a write alone, unless one has failed, and notes where it fails.
    private func alone(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
        let failed = failure.withLock { failure -> LedgerError? in
            if failure != nil { return failure }
            do throws(LedgerError) {
                try body()
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

    /// Runs a write, which fails where a test wants it.
    private func faulty(
        _ step: WriteStep, _ body: () throws(RocksDBError) -> Void
    ) throws(LedgerError) {
        let fault = faultHook?(step)
        if fault != .lost {
            do throws(RocksDBError) {
                try body()
            } catch {
                throw error.kind == .closed ? .closed : .engine(error)
            }
        }
        if fault != nil { throw .tryAgain("the write of \(step) failed, as a test wants it") }
    }
}
