package import Jobs
package import LedgerStore
package import Merkle
import Provenance
import RocksDB

extension StoreCheck {
    /// Checks a whole store that is served, as of one moment.
    ///
    /// - Parameters:
    ///   - memory: what the high-water file remembers; read before this, and before `pending`.
    ///   - pending: manifests that are being erased, of which rows may have the bytes yet.
    package static func check(
        _ store: Store, _ memory: HighWaterMemory, erasing pending: Set<Hash>,
        _ options: CheckOptions, progress: JobProgress
    ) throws(LedgerError) -> CheckReport {
        let columns = CheckedStore.columns(of: store.database)
        let snapshot = try store.reading { () throws(RocksDBError) in
            try Snapshot(of: store.database)
        }
        return try check(
            store.database, columns, snapshot, memory, Findings(), options,
            CheckMonitor(progress), erasing: pending)
    }

    /// Checks the store in a folder that no process has open, and changes nothing in it.
    ///
    /// RocksDB reads its write-ahead log into memory and leaves the log as it is. Neither keys nor
    /// high-water file need be there; where the latter is, the store is held to it.
    package static func check(
        folder: LedgerPlaces, _ options: CheckOptions = CheckOptions(),
        progress: JobProgress = .silent
    ) throws(LedgerError) -> CheckReport {
        try folder.requireStore()
        let findings = Findings()
        let database: Database
        let names: [String]
        do throws(RocksDBError) {
            names = try Database.listColumnFamilies(path: folder.data)
            var settings = DatabaseOptions()
            settings.readOnly = true
            database = try Database(
                path: folder.data,
                columnFamilies: StoreLayout.Family.allCases
                    .filter { names.contains($0.rawValue) }
                    .map { StoreLayout.options(of: $0) },
                options: settings)
        } catch {
            throw error.kind == .lockHeld ? .inUse(path: folder.data) : .engine(error)
        }
        defer { database.close() }
        return try check(
            database, CheckedStore.columns(of: database), nil,
            try HighWaterMemory(path: folder.highWater), findings, options,
            CheckMonitor(progress), families: names)
    }

    private static func check(
        _ database: Database, _ columns: [String: ColumnFamily], _ snapshot: Snapshot?,
        _ memory: HighWaterMemory, _ findings: Findings, _ options: CheckOptions,
        _ monitor: CheckMonitor,
        erasing pending: Set<Hash> = [], families: [String]? = nil
    ) throws(LedgerError) -> CheckReport {
        let store = CheckedStore(
            database, columns: columns, snapshot: snapshot, findings: findings,
            pace: monitor.pace)
        if let families { try report(families, store) }
        try store.reportRowsWithoutFamily()
        let bounds = try CheckBounds(of: store)
        let check = StoreCheck(store, bounds, options, erasing: pending)
        let rows = UInt64(options.manifests ? 7 : 6) + (options.signatures ? 1 : 0)
        let total = bounds.size.multipliedReportingOverflow(by: rows)
        monitor.begin(total: total.overflow ? .max : total.partialValue)
        try memory.check(check)
        return try check.run()
    }
}
