/// A file that only grows, and whose end is on the disk before a write returns: a journal.
public final class AppendFile: Sendable {
    private let file: HeldFile

    /// Opens the file `name` in `folder`; it must be an ordinary one, and ours alone to change.
    public init(_ name: String, in folder: Folder) throws(FileError) {
        file = try HeldFile(name, in: folder)
    }

    /// Writes `bytes` at `end`, which is where the file ends, and waits until they and the new end
    /// are on the disk.
    ///
    /// Nothing is written where the file has another end, or its name is another file's or nobody's.
    /// After a failure nobody knows what of the bytes is there: the file must be read again, and
    /// what was read be written anew, for the system may have forgotten that it could not write.
    public func append(_ bytes: [UInt8], at end: Int) throws(FileError) {
        try file.write(bytes, at: end, toFileOf: end)
    }
}
