import Files
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
        let workplace = try Workplace(place)
        do throws(LedgerError) {
            try progress.report("copying", done: 0, of: 2)
            let id = try copy(id, from: path, to: workplace)
            try progress.report("checking", done: 1, of: 2)
            let size = try check(workplace.path, options)
            try workplace.settle(at: place)
            return RestoreReport(id: id, size: size)
        } catch {
            try workplace.remove()
            throw error
        }
    }

    /// The folder into which a backup is copied before it has its own name.
    ///
    ///     DATA.restoring/colophon      empty: what else is here is ours
    ///     DATA.restoring/store/        the copy
    private struct Workplace {
        private static let markName = "colophon"
        private static let storeName = "store"

        private let parent: Folder
        private let name: String
        let folder: Folder

        /// Makes the folder, or empties what an earlier attempt has left; anything else that has
        /// the name is refused.
        init(_ place: Place) throws(LedgerError) {
            let name = place.name + ".restoring"
            (parent, self.name) = (place.folder, name)
            folder = try files { () throws(FileError) in
                let folder = try place.folder.folder(making: name, .secret)
                let names = try folder.names()
                guard names.isEmpty || names.contains(Self.markName) else {
                    throw FileError(folder.path, .exists)
                }
                try folder.write([], to: Self.markName, .replacing(.secret))
                try folder.removeTree(Self.storeName)
                return folder
            }
        }

        var path: String { folder.path(of: Self.storeName) }

        /// Makes the folder of the copy, for its owner alone.
        func make() throws(LedgerError) -> Folder {
            try files { () throws(FileError) in try folder.makeFolder(Self.storeName, .secret) }
        }

        /// Gives the finished copy its name, and removes what it stood in.
        func settle(at place: Place) throws(LedgerError) {
            try files { () throws(FileError) in
                try folder.rename(Self.storeName, to: place.name, in: place.folder)
                try place.folder.synchronize()
            }
            try remove()
        }

        /// Removes everything.
        func remove() throws(LedgerError) {
            try files { () throws(FileError) in
                try folder.removeTree(Self.storeName)
                try folder.remove(Self.markName)
                try parent.removeFolder(name)
            }
        }
    }

    /// Copies a backup, and returns which; no thread of the engine writes any more afterwards.
    private static func copy(
        _ id: UInt32?, from path: String, to workplace: Workplace
    ) throws(LedgerError) -> UInt32 {
        let folder = try BackupFolder(existing: path)
        let backups = folder.engine.backups
        guard let backup = id == nil ? backups.last : backups.first(where: { $0.id == id }) else {
            let ids = backups.map { "\($0.id)" }.joined(separator: ", ")
            throw .file(
                path: path,
                reason: ids.isEmpty ? "has no complete backup" : "has the backups \(ids)")
        }
        try folder.check(backup.id, fits: workplace.make())
        try BackupFolder.engine(path) { () throws(RocksDBError) in
            try folder.engine.restore(backup.id, to: workplace.path)
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
        _ = try TreeState(stored, store: store)
        return stored.head.size
    }
}

private func files<Result>(
    _ body: () throws(FileError) -> Result
) throws(LedgerError) -> Result {
    try BackupFolder.files(body)
}
