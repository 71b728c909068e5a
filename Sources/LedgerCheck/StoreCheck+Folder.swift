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
        let snapshot = try store.reading { () throws(RocksDBError) in
            try Snapshot(of: store.database)
        }
        return try check(
            store.database, snapshot, memory, Findings(), options, CheckMonitor(progress),
            erasing: pending)
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
        do throws(RocksDBError) {
            let names = try Database.listColumnFamilies(path: folder.data)
            report(names, findings)
            var settings = DatabaseOptions()
            settings.readOnly = true
            database = try Database(
                path: folder.data,
                columnFamilies: StoreLayout.families.filter { names.contains($0.name) },
                options: settings)
        } catch {
            throw error.kind == .lockHeld ? .inUse(path: folder.data) : .engine(error)
        }
        defer { database.close() }
        return try check(
            database, nil, try HighWaterMemory(path: folder.highWater), findings, options,
            CheckMonitor(progress))
    }

    /// Reports families that are missing, and those that this version does not know.
    private static func report(_ names: [String], _ findings: Findings) {
        let known = StoreLayout.Family.allCases.map(\.rawValue)
        for name in known where !names.contains(name) {
            findings.add(
                CheckFinding(
                    family: name, key: "family", rule: .missing,
                    detail: "the folder has no such column family"))
        }
        for name in names where !known.contains(name) && name != "default" {
            findings.add(
                CheckFinding(
                    family: name, key: "family", rule: .unknown,
                    detail: "is no column family that this program knows"))
        }
    }

    private static func check(
        _ database: Database, _ snapshot: Snapshot?, _ memory: HighWaterMemory,
        _ findings: Findings, _ options: CheckOptions, _ monitor: CheckMonitor,
        erasing pending: Set<Hash> = []
    ) throws(LedgerError) -> CheckReport {
        let store = CheckedStore(
            database, snapshot: snapshot, findings: findings, pace: monitor.pace)
        try store.reportRowsWithoutFamily()
        let bounds = try CheckBounds(of: store)
        let check = StoreCheck(store, bounds, options, erasing: pending)
        let rows = UInt64(options.manifests ? 7 : 6) + (options.signatures ? 1 : 0)
        monitor.begin(total: bounds.size * rows)
        try memory.check(check)
        return try check.run()
    }
}
