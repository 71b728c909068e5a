import Checkpoints
public import Jobs
public import LedgerStore
import RocksDB

/// What one backup is.
public struct BackupReport: Hashable, Sendable {
    /// Its number in the folder.
    public let id: UInt32

    /// Entries that it has at least: those of the newest head when it was begun.
    public let size: UInt64

    /// Bytes that the folder has grown by, before old backups were removed.
    public let newByteCount: UInt64

    /// Bytes of the backup, those that it shares with older ones included.
    public let byteCount: UInt64

    /// Number of backups in the folder now.
    public let kept: Int
}

extension Ledger {
    /// Takes a backup of the store into the folder `path`, beside those that are there.
    ///
    /// Registration goes on meanwhile. Only what is new is copied. Keys and high-water file are
    /// not part of it: a copy of the store that could sign by itself could fork the log.
    ///
    /// A crash leaves the older backups as they are, and files that no backup names and that the
    /// next one removes. A destination that fails does the ledger no harm.
    ///
    /// - Parameter count: how many of the newest backups stay; nil keeps all.
    public func backup(
        to path: String, keeping count: UInt32? = nil, progress: JobProgress = .silent
    ) throws(LedgerError) -> BackupReport {
        guard count != 0 else { throw .badRequest("at least one backup must be kept") }
        let (store, head) = published.snapshot
        let folder = try BackupFolder(path, of: options, origin: origin.text, genesis: genesis)
        let engine = folder.engine
        let before = try folder.byteCount
        try progress.report("copying", done: 0, of: 3)
        try Copying(engine, store.database).run(path, progress)
        guard let backup = engine.backups.last else {
            throw .damaged(path: path, reason: "has no backup after one was taken")
        }
        try progress.report("checking", done: 1, of: 3)
        try BackupFolder.engine(path) { () throws(RocksDBError) in try engine.verify(backup.id) }
        let after = try folder.byteCount
        try progress.report("removing old backups", done: 2, of: 3)
        try BackupFolder.engine(path) { () throws(RocksDBError) in
            try engine.purge(keeping: count ?? .max)
        }
        return BackupReport(
            id: backup.id, size: head.size, newByteCount: after - min(before, after),
            byteCount: backup.byteCount, kept: engine.backups.count)
    }
}

/// One backup in a folder of backups.
public struct StoredBackup: Hashable, Sendable {
    /// What a complete backup is.
    public struct Content: Hashable, Sendable {
        /// When it was begun, in POSIX seconds.
        public let time: Int64

        /// Bytes of its files, those that it shares with others included.
        public let byteCount: UInt64

        /// Number of its files.
        public let fileCount: UInt32
    }

    /// Its number; the newest has the highest.
    public let id: UInt32

    /// What it is; nil where it is incomplete: it has lost a file, or its list of files.
    public let content: Content?
}

extension Ledger {
    /// Lists the backups in the folder `path`, the oldest first; needs no ledger.
    ///
    /// RocksDB's engine passes over a backup that has lost a file; here it is incomplete.
    public static func backups(in path: String) throws(LedgerError) -> [StoredBackup] {
        let folder = try BackupFolder(existing: path, keepingWrongSizes: true)
        var backups = folder.engine.backups.map { backup in
            StoredBackup(
                id: backup.id,
                content: StoredBackup.Content(
                    time: backup.time, byteCount: backup.byteCount, fileCount: backup.fileCount))
        }
        backups += try folder.incompleteIDs.map { StoredBackup(id: $0, content: nil) }
        return backups.sorted { $0.id < $1.id }
    }

    /// Reads every file of a backup in the folder `path` and compares it with its checksum; throws
    /// `.damaged` where one differs or is not there, `.missing` where there is no such backup.
    public static func checkBackup(
        _ id: UInt32, in path: String, progress: JobProgress = .silent
    ) throws(LedgerError) {
        let folder = try BackupFolder(existing: path, keepingWrongSizes: true)
        guard folder.ids.contains(id) else {
            throw .missing(path: path, reason: "has no backup \(id)")
        }
        try folder.check(id, progress: progress)
    }
}
