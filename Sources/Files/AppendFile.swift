/// A file that only grows, and whose end is on the disk before a write returns: a journal.
public final class AppendFile: Sendable {
    private let descriptor: Descriptor
    private let path: String

    /// Opens the file `name` in `folder`; it must be an ordinary one, and ours alone to change.
    public init(_ name: String, in folder: Folder) throws(FileError) {
        let path = folder.path(of: name)
        let last = try folder.name(name)
        let descriptor = try naming(path) { () throws(SystemError) in
            Descriptor(try System.openForUpdate(last, in: folder.number))
        }
        let number = descriptor.number
        let status = try naming(path) { () throws(SystemError) in try System.status(of: number) }
        guard status.kind == .file else {
            throw FileError(path, .isKind(status.kind, wanted: .file))
        }
        try Ownership.requireOwn(status, path: path, isSecret: false)
        self.descriptor = descriptor
        self.path = path
    }

    /// Writes `bytes` at `end`, which is where the file ends, and waits until they and the new end
    /// are on the disk.
    ///
    /// After a failure nobody knows what of them is: the file must be read again, and what was read
    /// be written anew, for the system may have forgotten that it could not write.
    public func append(_ bytes: [UInt8], at end: Int) throws(FileError) {
        try naming(path) { () throws(SystemError) in
            try System.write(descriptor.number, bytes, at: end)
            // It waits for the size too, without which the bytes could not be read (fdatasync(2)).
            try System.synchronizeContents(descriptor.number)
        }
    }
}
