/// A file of fixed size that is written in place, and whose contents are synced before a write
/// returns: a record that must never be behind.
public final class SlotFile: Sendable {
    private let file: HeldFile

    /// Opens the file `name` in `folder`; it must be an ordinary one, and ours alone to change.
    public init(_ name: String, in folder: Folder) throws(FileError) {
        file = try HeldFile(name, in: folder)
    }

    /// Writes `bytes` from `offset` on, and waits until they are on the disk.
    ///
    /// Nothing is written where the name is another file's by now, or nobody's.
    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try file.write(bytes, at: offset)
    }
}
