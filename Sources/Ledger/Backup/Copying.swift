import Foundation
import Jobs
import LedgerStore
import RocksDB
import Synchronization

/// RocksDB's one call that copies everything, on a thread of its own, so that it can be ended when
/// nobody waits for it any more.
struct Copying: Sendable {
    /// Time between two looks at whether anybody does.
    private static let tick = Duration.milliseconds(200)

    /// What the thread leaves behind; guarded by ``condition``.
    private final class Outcome: Sendable {
        let condition = MonotonicCondition()
        let result = Mutex<Result<Void, RocksDBError>?>(nil)
    }

    private let engine: BackupEngine
    private let database: Database

    init(_ engine: BackupEngine, _ database: Database) {
        self.engine = engine
        self.database = database
    }

    /// Copies to the end; throws `.cancelled` soon after `progress` refuses.
    func run(_ path: String, _ progress: JobProgress) throws(LedgerError) {
        let outcome = Outcome()
        start(outcome)
        var refusal: LedgerError?
        while true {
            if let result = wait(for: outcome) {
                if let refusal { throw refusal }
                return try BackupFolder.engine(path) { () throws(RocksDBError) in
                    try result.get()
                }
            }
            guard refusal == nil else { continue }
            do throws(LedgerError) {
                try progress.report("copying", done: 0, of: 3)
            } catch {
                refusal = error
                engine.stop()
            }
        }
    }

    /// Waits for a tick; nil where the copying still goes on.
    private func wait(for outcome: Outcome) -> Result<Void, RocksDBError>? {
        let limit = ContinuousClock.now + Self.tick
        return outcome.condition.withLock {
            while true {
                if let result = outcome.result.withLock({ $0 }) { return result }
                guard outcome.condition.wait(until: limit) else { return nil }
            }
        }
    }

    private func start(_ outcome: Outcome) {
        let (engine, database) = (engine, database)
        let thread = Thread {
            let result = Result { () throws(RocksDBError) in
                try engine.createBackup(of: database)
            }
            outcome.condition.withLock {
                outcome.result.withLock { $0 = result }
                outcome.condition.broadcast()
            }
        }
        thread.name = "backup"
        thread.start()
    }
}
