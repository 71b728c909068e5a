import Files

/// What an `init` has made that has not come to its end: nobody knows that ledger, and it is made
/// anew.
///
///     KEYS/unfinished     the paths of the store and of the high-water file, LF after each
///
/// The mark is there before anything else, and goes when all is on the disk and nothing of it was
/// answered yet. While it is there, nobody opens the ledger; so what it names was never used.
enum UnfinishedLedger {
    private static let markName = "unfinished"

    /// Two paths.
    private static let markByteLimit = 16 << 10

    /// Returns the mark in a folder of keys; nil where there is none.
    static func mark(in keys: Folder) throws(LedgerError) -> [UInt8]? {
        try files { () throws(FileError) in try keys.read(markName, limit: markByteLimit) }
    }

    /// Removes what an earlier attempt at the same places has left, makes sure that they are free,
    /// and marks them.
    ///
    /// Makes the folders of the store and of the keys, and returns the latter.
    static func begin(_ options: LedgerOptions) throws(LedgerError) -> Folder {
        try options.makeParents()
        return try files { () throws(FileError) in
            let (data, keys) = (try Place(options.data), try Place(options.keys))
            let highWater = try Place(options.highWater)
            let mark = try mark(options)
            if let left = try keys.folder.folder(ifThere: keys.name),
                try left.read(markName, limit: markByteLimit) == mark
            {
                // The folder itself may be where a volume is mounted.
                try data.folder.folder(ifThere: data.name)?.removeContents()
                try highWater.folder.remove(highWater.name)
                // The mark is the last to go: a crash in here leaves it for the next attempt.
                for name in try left.names() where name != markName { try left.remove(name) }
                try left.synchronize()
                try left.remove(markName)
            }
            // All three are looked at before one is made.
            try requireFree(data)
            try requireFree(keys)
            guard try highWater.status == nil else { throw FileError(options.highWater, .exists) }
            let keyFolder = try keys.folder.folder(making: keys.name, .secret)
            _ = try data.folder.folder(making: data.name, .secret)
            try keyFolder.write(mark, to: markName, .new(.secret))
            return keyFolder
        }
    }

    /// Removes the mark: from here on there is a ledger.
    static func end(_ keys: Folder) throws(LedgerError) {
        try files { () throws(FileError) in
            try keys.remove(markName)
            try keys.synchronize()
        }
    }

    /// Removes keys that have signed nothing that anyone holds: left behind they would be in the
    /// way of the next attempt.
    static func forget(_ options: LedgerOptions) throws(LedgerError) {
        try files { () throws(FileError) in
            for path in [options.data, options.keys] {
                let place = try Place(path)
                try place.folder.folder(place.name).removeContents()
                try place.folder.removeFolder(place.name)
            }
        }
    }

    /// Makes sure that a folder can be made, or is there and empty, such as a volume that was
    /// mounted for it.
    private static func requireFree(_ place: Place) throws(FileError) {
        guard try place.status != nil else { return }
        let folder: Folder
        do throws(FileError) {
            folder = try place.folder.folder(place.name)
        } catch {
            guard case .isKind = error.reason else { throw error }
            throw FileError(place.path, .exists)
        }
        let names = try folder.names()
        guard names.allSatisfy(Folder.isTemporary) else { throw FileError(place.path, .exists) }
        try Ownership.requireOwn(folder: place.path)
        try folder.setMode(0o700)
        for name in names { try folder.remove(name) }
    }

    private static func mark(_ options: LedgerOptions) throws(FileError) -> [UInt8] {
        let paths = try [options.data, options.highWater]
            .map { path throws(FileError) in try NamedPath.absolute(path) + "\n" }
        return Array(paths.joined().utf8)
    }

    private static func files<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw error.reason == .exists ? .exists(path: error.path) : LedgerError(error)
        }
    }
}
