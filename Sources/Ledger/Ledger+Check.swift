public import Jobs
public import LedgerCheck
public import LedgerStore
import Merkle

extension Ledger {
    /// Checks the whole store as of now, while it is served; blocks for as long as that takes.
    ///
    /// It holds a snapshot meanwhile, so replaced rows leave the disk only afterwards. Throws only
    /// where the check itself cannot go on; findings are in the report.
    ///
    /// - Parameters:
    ///   - options: what to check.
    ///   - progress: told a few times a second, from any thread.
    public func check(
        _ options: CheckOptions = CheckOptions(),
        progress: JobProgress = .silent
    ) throws(LedgerError) -> CheckReport {
        // Read before the snapshot: the store is never behind it.
        let memory = try HighWaterMemory(path: self.options.highWater)
        let pending = Set(published.erasures.unmarked.keys)
        return try StoreCheck.check(
            published.store, memory, erasing: pending, options, progress: progress)
    }

    /// Checks the store in a folder that no process has open, and changes nothing in it.
    public static func check(
        folder: LedgerOptions, _ options: CheckOptions = CheckOptions(),
        progress: JobProgress = .silent
    ) throws(LedgerError) -> CheckReport {
        try StoreCheck.check(folder: folder.places, options, progress: progress)
    }
}
