import RocksDB
import Synchronization

/// All writes to one opening of the store, one after the other, and none after one has failed.
///
/// After a write to its log has failed, RocksDB 7.8 refuses later writes, but a write that is
/// let in before it has noted the failure aborts the process (an assertion in its log writer).
/// So the failure is noted here, before the next write may begin.
final class StoreWriter: Sendable {
    private let database: Database
    private let failure = Mutex<RocksDBError?>(nil)

    init(_ database: Database) {
        self.database = database
    }

    /// Writes what `fill` puts into a batch; with `sync` it is on disk when this returns.
    func write(
        sync: Bool, _ fill: (WriteBatch) -> Void
    ) throws(RocksDBError) {
        let batch = try WriteBatch(for: database)
        fill(batch)
        let failed = failure.withLock { failure -> RocksDBError? in
            if failure != nil { return failure }
            do throws(RocksDBError) {
                try database.write(batch, sync: sync)
            } catch {
                failure = error
            }
            return failure
        }
        if let failed { throw failed }
    }
}
