import Foundation
import RocksDB
import StaticLog

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
        guard !FileManager.default.fileExists(atPath: options.data) else {
            throw .exists(path: options.data)
        }
        let fresh = options.data + ".restoring"
        try? FileManager.default.removeItem(atPath: fresh)
        do {
            try progress.report("copying", done: 0, of: 2)
            let id = try copy(id, from: path, to: fresh)
            try progress.report("checking", done: 1, of: 2)
            let size = try check(fresh, options)
            try place(fresh, at: options.data)
            return RestoreReport(id: id, size: size)
        } catch {
            try? FileManager.default.removeItem(atPath: fresh)
            if let error = error as? LedgerError { throw error }
            throw .file(path: options.data, reason: error.localizedDescription)
        }
    }

    /// Copies a backup, and returns which; no thread of the engine writes any more afterwards.
    private static func copy(
        _ id: UInt32?, from path: String, to fresh: String
    ) throws(LedgerError) -> UInt32 {
        let engine = try BackupFolder(existing: path).engine
        let backups = engine.backups
        guard let backup = id == nil ? backups.last : backups.first(where: { $0.id == id }) else {
            let ids = backups.map { "\($0.id)" }.joined(separator: ", ")
            throw .file(
                path: path,
                reason: ids.isEmpty ? "has no complete backup" : "has the backups \(ids)")
        }
        try BackupFolder.engine(path) { () throws(RocksDBError) in
            try engine.restore(backup.id, to: fresh)
        }
        return backup.id
    }

    /// Opens what was copied as start-up would, and returns its size.
    private static func check(
        _ fresh: String, _ options: LedgerOptions
    ) throws(LedgerError) -> UInt64 {
        let store = try Store(path: fresh, cacheByteCount: options.cacheByteCount, create: false)
        defer { store.database.close() }
        let stored = try StoredLedger(store)
        _ = try TreeState(head: stored.head, registry: stored.registry, store: store)
        return stored.head.size
    }

    /// Gives the finished folder its name.
    private static func place(_ fresh: String, at path: String) throws {
        try FileManager.default.moveItem(atPath: fresh, toPath: path)
        let parent = URL(filePath: path).deletingLastPathComponent()
            .path(percentEncoded: false)
        try DurableFile.synchronize(folder: parent)
    }
}
