import Files

/// By what a spool is told from a copy of it, and from what a backup gives back (spool.md §2).
extension Spool.Settings {
    /// Whether this is the folder that the settings were written for.
    ///
    /// A file system may give a copy the number of a folder that was removed; the time at which a
    /// file was made or last had its owner, mode or names changed is nobody's to set.
    func isMeant(_ folder: Folder) throws(FileError) -> Bool {
        guard try folder.status.serial == self.folder else { return false }
        return try Self.mark(in: folder) == lock
    }

    /// Takes the folder for the one that is meant; its lock must be there.
    mutating func mean(_ folder: Folder) throws(FileError) {
        self.folder = try folder.status.serial
        guard let mark = try Self.mark(in: folder) else {
            throw FileError(folder.path(of: Spool.lockName), .missing)
        }
        lock = mark
    }

    private static func mark(in folder: Folder) throws(FileError) -> String? {
        guard let status = try folder.status(of: Spool.lockName) else { return nil }
        return "\(status.serial) \(status.changedNanoseconds)"
    }
}
