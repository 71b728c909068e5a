import Foundation
import RocksDB
import Synchronization

/// RocksDB's one call that copies everything, on a thread of its own, so that it can be ended when
/// nobody waits for it any more.
struct Copying: Sendable {
    /// Time between two looks at whether anybody does.
    private static let tick = DispatchTimeInterval.milliseconds(200)

    private final class Outcome: Sendable {
        let error = Mutex<RocksDBError?>(nil)
        let end = DispatchSemaphore(value: 0)
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
        while outcome.end.wait(timeout: .now() + Self.tick) == .timedOut {
            guard refusal == nil else { continue }
            do throws(LedgerError) {
                try progress.report("copying", done: 0, of: 3)
            } catch {
                refusal = error
                engine.stop()
            }
        }
        if let refusal { throw refusal }
        try BackupFolder.engine(path) { () throws(RocksDBError) in
            if let error = outcome.error.withLock({ $0 }) { throw error }
        }
    }

    private func start(_ outcome: Outcome) {
        let (engine, database) = (engine, database)
        let thread = Thread {
            do throws(RocksDBError) {
                try engine.createBackup(of: database)
            } catch {
                outcome.error.withLock { $0 = error }
            }
            outcome.end.signal()
        }
        thread.name = "backup"
        thread.start()
    }
}
