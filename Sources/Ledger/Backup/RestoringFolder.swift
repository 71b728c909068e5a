import Files
import LedgerStore

/// The folder into which a backup is copied before it has its own name.
///
///     DATA.restoring/unfinished   the path of DATA, LF: that it is ours to remove
///     DATA.restoring/store        what becomes DATA
struct RestoringFolder {
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
        mark = try LedgerError.newFiles { () throws(FileError) in
            Array("\(try NamedPath.absolute(data))\n".utf8)
        }
    }

    var path: String { place.folder.path(of: name) + "/" + Self.storeName }

    /// Removes what an earlier attempt has left; refuses anything else that has the name.
    func remove() throws(LedgerError) {
        try alone { () throws(FileError) in
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
        try LedgerError.newFiles { () throws(FileError) in try clear(folder) }
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
        try alone { () throws(FileError) in
            let folder: Folder
            do throws(FileError) {
                folder = try place.folder.makeFolder(name, .secret)
            } catch {
                // It was not there a moment ago.
                throw error.reason == .exists ? FileError(error.path, .inUse) : error
            }
            try folder.lock()
            try folder.write(mark, to: Self.markName, .new(.secret))
            return (try folder.makeFolder(Self.storeName, .secret), folder)
        }
    }

    /// Runs `body`, which finds its files gone where another process makes or removes the same
    /// folder: the one of them that locks it first goes on, and each other is told to wait.
    private func alone<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(LedgerError) -> Value {
        try LedgerError.newFiles { () throws(FileError) in
            do throws(FileError) {
                return try body()
            } catch {
                throw error.isMissing ? FileError(place.folder.path(of: name), .inUse) : error
            }
        }
    }

    /// Gives the finished store its name.
    func settle() throws(LedgerError) {
        try LedgerError.newFiles { () throws(FileError) in
            do throws(FileError) {
                try place.folder.folder(name)
                    .rename(Self.storeName, to: place.name, in: place.folder)
            } catch {
                // Another process was faster.
                guard try place.status != nil else { throw error }
                throw FileError(place.folder.path(of: place.name), .exists)
            }
            try place.folder.synchronize()
        }
    }
}
