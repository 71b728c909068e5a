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
        let place = try files { () throws(FileError) in
            let place = try Place(making: options.data, .secret)
            try Ownership.requireOwnParents(of: options.data)
            return place
        }
        guard try files({ () throws(FileError) in try place.status }) == nil else {
            throw .exists(path: options.data)
        }
        let fresh = try Fresh(place, data: options.data)
        try fresh.remove()
        let (store, lock) = try fresh.make()
        do throws(LedgerError) {
            try progress.report("copying", done: 0, of: 2)
            let id = try copy(id, from: path, to: fresh, store)
            try progress.report("checking", done: 1, of: 2)
            let size = try check(fresh.path, options)
            try fresh.settle()
            try fresh.remove(lock)
            return RestoreReport(id: id, size: size)
        } catch {
            try fresh.remove(lock)
            throw error
        }
    }

    /// The folder into which a backup is copied before it has its own name.
    ///
    ///     DATA.restoring/unfinished   the path of DATA, LF: that it is ours to remove
    ///     DATA.restoring/store        what becomes DATA
    private struct Fresh {
        private static let markName = "unfinished"
        private static let storeName = "store"

        /// One path.
        private static let markByteLimit = 8 << 10

        let place: Place
        private let name: String
        private let mark: [UInt8]

        init(_ place: Place, data: String) throws(LedgerError) {
            self.place = place
            name = place.name + ".restoring"
            mark = try files { () throws(FileError) in
                Array("\(try NamedPath.absolute(data))\n".utf8)
            }
        }

        var path: String { place.folder.path(of: name) + "/" + Self.storeName }

        /// Removes what an earlier attempt has left; refuses anything else that has the name.
        func remove() throws(LedgerError) {
            try files { () throws(FileError) in
                guard try place.folder.status(of: name) != nil else { return }
                let folder = try place.folder.folder(name)
                try folder.lock()
                try Ownership.requireOwn(folder: folder.path)
                let names = try folder.names()
                let found = try folder.read(Self.markName, limit: Self.markByteLimit)
                guard found == mark || names.allSatisfy(Folder.isTemporary) else {
                    throw FileError(folder.path, .exists)
                }
                try clear(folder)
            }
        }

        /// Removes what this attempt has left.
        func remove(_ folder: Folder) throws(LedgerError) {
            try files { () throws(FileError) in try clear(folder) }
        }

        /// The mark is the last to go.
        private func clear(_ folder: Folder) throws(FileError) {
            try folder.removeContents(but: Self.markName)
            try folder.remove(Self.markName)
            try place.folder.removeFolder(name)
        }

        /// Makes it, for its owner alone, and returns the folder for the store and the one that
        /// keeps others from doing the same.
        func make() throws(LedgerError) -> (store: Folder, lock: Folder) {
            try files { () throws(FileError) in
                let folder = try place.folder.makeFolder(name, .secret)
                try folder.lock()
                try folder.write(mark, to: Self.markName, .new(.secret))
                return (try folder.makeFolder(Self.storeName, .secret), folder)
            }
        }

        /// Gives the finished store its name.
        func settle() throws(LedgerError) {
            try files { () throws(FileError) in
                try place.folder.folder(name)
                    .rename(Self.storeName, to: place.name, in: place.folder)
                try place.folder.synchronize()
            }
        }
    }

    /// Copies a backup, and returns which; no thread of the engine writes any more afterwards.
    private static func copy(
        _ id: UInt32?, from path: String, to fresh: Fresh, _ store: Folder
    ) throws(LedgerError) -> UInt32 {
        let folder = try BackupFolder(existing: path)
        let backups = folder.engine.backups
        guard let backup = id == nil ? backups.last : backups.first(where: { $0.id == id }) else {
            let ids = backups.map { "\($0.id)" }.joined(separator: ", ")
            throw .file(
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
        defer { store.database.close() }
        let stored = try StoredLedger(store)
        _ = try TreeState(stored, store: store)
        return stored.head.size
    }
}

private func files<Result>(
    _ body: () throws(FileError) -> Result
) throws(LedgerError) -> Result {
    do throws(FileError) {
        return try body()
    } catch {
        throw error.reason == .exists ? .exists(path: error.path) : LedgerError(error)
    }
}
