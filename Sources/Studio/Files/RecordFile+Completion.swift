package import Files
package import Provenance

/// A record gets what a ledger has for it, in place.
extension RecordFile {
    /// Refuses a file whose folder takes none: what is to be stored must have a place first.
    package func requireCompletable() throws(RecordFileError) {
        let folder: Folder
        do throws(FileError) {
            folder = try Place(following: path).folder
        } catch {
            throw .unreadable(error)
        }
        guard NamedPath.mayWrite(folder.path) else { throw .closedFolder(path) }
    }

    /// What the file holds now.
    ///
    /// While a ledger was asked, it may have got receipts from elsewhere, or `sign --force` may
    /// have put another record there, which stays.
    package func current() throws(RecordFileError) -> TransparentStatement {
        do throws(FileError) {
            // A file that was taken away meanwhile comes back complete; a pipe was read once.
            guard try NamedPath.status(path)?.kind == .file else { return content }
        } catch {
            throw .unreadable(error)
        }
        let current = try RecordFile(path).content
        guard current.statement == content.statement else { throw .replaced(path) }
        return current
    }

    /// Puts `record` in the place of what the file holds; its folder must be settled later.
    package func replace(
        by record: TransparentStatement
    ) throws(RecordFileError) -> Folder {
        do throws(FileError) {
            return try AtomicFile.writeUnsettled(record.encoded(), to: path, .replace)
        } catch {
            throw .unwritable(error)
        }
    }

    /// Runs `body`, which looks at the record at `path` and then changes it, while no other of our
    /// commands does so in its folder: `sign --force` and `submit` would undo each other's work.
    ///
    /// Where the folder cannot be opened there is no lock; `body` says what is wrong. What killed
    /// commands left in the folder is removed first.
    ///
    /// - Parameters:
    ///   - limit: how long another command is waited for, which may have been stopped meanwhile.
    ///   - failure: what is thrown where the folder is in use for longer.
    package static func holding<Value, Failure: Error>(
        _ path: String, within limit: Duration = FileLock.longestWait,
        failingBy failure: (RecordFileError) -> Failure, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try holding(path, within: limit, failingBy: failure) { (_: RecordHold) throws(Failure) in
            try body()
        }
    }

    /// The same; `body` is told what is held, for what it keeps beside the record.
    package static func holding<Value, Failure: Error>(
        _ path: String, within limit: Duration = FileLock.longestWait,
        failingBy failure: (RecordFileError) -> Failure,
        _ body: (RecordHold) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let folder: Folder?
        do throws(FileError) {
            folder = try Place(following: path).folder
        } catch {
            folder = nil
        }
        do throws(FileError) {
            try folder?.lock(within: limit)
        } catch {
            throw failure(.unwritable(error))
        }
        defer { try? folder?.unlock() }
        if let folder { LeftTemporaries.remove(in: folder) }
        return try body(RecordHold(folder: folder))
    }
}
