import Files

/// That no other of our commands changes records in a folder, while a body of
/// ``RecordFile/holding(_:within:failingBy:_:)`` runs.
package struct RecordHold {
    /// The folder; nil where it could not be opened, and so is not locked.
    let folder: Folder?

    /// Whether it is this folder that is held: its lock is not free for us either.
    func covers(_ other: Folder) throws(FileError) -> Bool {
        guard let folder else { return false }
        return try folder.status.identity == other.status.identity
    }
}
