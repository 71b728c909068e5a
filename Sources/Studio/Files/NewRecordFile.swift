import Files

/// Where the record of an artifact goes: a `.colophon` file that may be written.
package struct NewRecordFile: Hashable, Sendable {
    /// The record's path.
    package let path: String

    /// Whether there was a record, which is replaced: the artifact gets a second entry.
    package let isReplacement: Bool

    /// Finds the place of the record of `artifact`, before the record is made.
    ///
    /// - Parameter replacing: whether a record that is there may be replaced.
    package init(beside artifact: String, replacing: Bool = false) throws(RecordFileError) {
        guard !RecordFile.isName(artifact) else { throw .isRecord(artifact) }
        path = artifact + RecordFile.suffix
        do throws(FileError) {
            isReplacement = try NamedPath.isTaken(path)
        } catch {
            throw .unreadable(error)
        }
        guard !isReplacement || replacing else { throw .exists(path) }
    }

    /// Writes the record, and waits until it is on the disk.
    ///
    /// A crash in here leaves no record, or the one that was there before.
    package func write(_ record: SignedRecord) throws(RecordFileError) {
        do throws(FileError) {
            try AtomicFile.write(record.bytes, to: path, isReplacement ? .replace : .create)
        } catch {
            throw .unwritable(error)
        }
    }
}
