import Files
public import Jobs
public import LedgerStore
import RocksDB

/// Which backup was restored.
public struct RestoreReport: Hashable, Sendable {
    /// Its number in the folder of backups.
    public let id: UInt32

    /// Entries that it has.
    public let size: UInt64
}

extension Ledger {
    /// Copies a backup into the folder of `options`, which must not exist, and checks that it can
    /// be opened: format, registry, newest head against the tiles.
    ///
    /// Whether it may sign is another question, which ``Recovery`` answers.
    ///
    /// A crash leaves `DATA.restoring`, which the next attempt replaces; `DATA` appears whole.
    ///
    /// - Parameter id: which backup; nil takes the newest.
    public static func restore(
        from path: String, backup id: UInt32? = nil, to options: LedgerOptions,
        progress: JobProgress = .silent
    ) throws(LedgerError) -> RestoreReport {
        try makingFolder(options) { fresh, store throws(LedgerError) in
            try progress.report("copying", done: 0, of: 2)
            let id = try copy(id, from: path, to: fresh, store)
            try progress.report("checking", done: 1, of: 2)
            let size = try check(fresh.path, options)
            return RestoreReport(id: id, size: size)
        }
    }

    /// Makes the folder of `options`, which must not exist, of what `fill` puts into it under
    /// another name; nothing of it stays where that throws.
    static func makingFolder<Value>(
        _ options: LedgerOptions, _ fill: (RestoringFolder, Folder) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        let place = try LedgerError.newFiles { () throws(FileError) in
            let place = try Place(making: options.data, .secret)
            try Ownership.requireOwnParents(of: options.data)
            return place
        }
        guard try LedgerError.newFiles({ () throws(FileError) in try place.status }) == nil else {
            throw .exists(path: options.data)
        }
        let fresh = try RestoringFolder(place, data: options.data)
        try fresh.remove()
        let (store, lock) = try fresh.make()
        do throws(LedgerError) {
            let value = try fill(fresh, store)
            try fresh.settle()
            try fresh.remove(lock)
            return value
        } catch {
            try fresh.remove(lock)
            throw error
        }
    }

    /// Copies a backup, and returns which; no thread of the engine writes any more afterwards.
    private static func copy(
        _ id: UInt32?, from path: String, to fresh: RestoringFolder, _ store: Folder
    ) throws(LedgerError) -> UInt32 {
        let folder = try BackupFolder(existing: path)
        let backups = folder.engine.backups
        guard let backup = id == nil ? backups.last : backups.first(where: { $0.id == id }) else {
            let ids = backups.map { "\($0.id)" }.joined(separator: ", ")
            throw .missing(
                path: path,
                reason: ids.isEmpty ? "has no complete backup" : "has the backups \(ids)")
        }
        try folder.check(backup.id, fits: store)
        try BackupFolder.engine(path) { () throws(RocksDBError) in
            try folder.engine.restore(backup.id, to: fresh.path)
        }
        return backup.id
    }

    /// Opens the copy as start-up would, and returns its size.
    private static func check(
        _ fresh: String, _ options: LedgerOptions
    ) throws(LedgerError) -> UInt64 {
        let store = try Store(path: fresh, cacheByteCount: options.cacheByteCount, create: false)
        defer { store.close() }
        let stored = try StoredLedger(store)
        _ = try TreeState(stored, store: store)
        // After the backup others of its heads may have been served.
        try store.put(ServedMark.each)
        return stored.head.size
    }
}
