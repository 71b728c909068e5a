import Files

/// Makes a new spool.
extension Spool {
    /// Makes a spool in the folder at `path`, which is made where it is missing, and is durable
    /// when this returns.
    ///
    /// `spool.json` comes last: a folder without it is no spool, and the same command goes on with
    /// what a crash has left there.
    package static func make(
        at path: String, _ settings: Settings
    ) throws(SpoolError) -> Spool {
        let folder = try emptyFolder(at: path)
        var settings = settings
        do throws(FileError) {
            try FileLock(lockName, in: folder, .waits).whileHeld {}
            try settings.mean(folder)
            let parts = SpoolRecord.State.allCases.map(\.rawValue) + Part.allCases.map(\.rawValue)
            for part in parts { try folder.folder(making: part, .secret).synchronize() }
            try folder.write(SpoolTip.start.encoded(), to: tipName, .replacing(.secret))
            try folder.write(settings.encoded(), to: settingsName, .new(.secret))
        } catch {
            throw .unwritable(error)
        }
        return Spool(folder, settings, isCopy: false)
    }

    /// Opens a folder that holds nothing, or what an unfinished ``make(at:_:)`` has left.
    private static func emptyFolder(at path: String) throws(SpoolError) -> Folder {
        do throws(FileError) {
            if let place = Place.split(path) {
                let above = try Folder(making: place.parent, .secret)
                if try above.status(of: place.name)?.kind == .link {
                    throw FileError(path, .isLink)
                }
                _ = try above.folder(making: place.name, .secret)
                try above.synchronize()
            }
            try Ownership.requireOwn(folder: path)
        } catch {
            throw .unwritable(error)
        }
        let (folder, names): (Folder, [String])
        do throws(FileError) {
            folder = try Folder(path)
            names = try folder.content()
        } catch {
            throw .unreadable(error)
        }
        guard !names.contains(settingsName) else { throw .isSpool(path) }
        let isFree: Bool
        do throws(FileError) {
            isFree = try isUnfinished(folder, names)
            if isFree { try folder.setMode(0o700) }
        } catch {
            throw .unwritable(error)
        }
        guard isFree else { throw .notEmpty(path) }
        return folder
    }

    /// Whether a folder holds no more than a spool that was never finished.
    private static func isUnfinished(_ folder: Folder, _ names: [String]) throws(FileError) -> Bool
    {
        let parts = SpoolRecord.State.allCases.map(\.rawValue) + Part.allCases.map(\.rawValue)
        for name in names where !Folder.isTemporary(name) {
            if parts.contains(name) {
                guard try folder.status(of: name)?.kind == .folder,
                    try folder.folder(name).names().isEmpty
                else { return false }
            } else if name == lockName {
                guard try folder.status(of: name)?.kind == .file else { return false }
            } else {
                guard name == tipName,
                    try folder.read(name, limit: SpoolTip.byteLimit) == SpoolTip.start.encoded()
                else { return false }
            }
        }
        return true
    }
}
