/// A file that is held open to be written to again and again, under the name that it was opened by.
///
/// What is written to a file that was moved away, or replaced, is not found when it is opened again.
/// So each write first asks whether the name is still the file's.
final class HeldFile: Sendable {
    private let descriptor: Descriptor
    private let folder: Folder
    private let name: String
    private let identity: FileIdentity

    /// The file's path, for words.
    let path: String

    /// Opens the file `name` in `folder`; it must be an ordinary one, and ours alone to change.
    init(_ name: String, in folder: Folder) throws(FileError) {
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
        self.folder = folder
        self.name = last
        self.path = path
        identity = status.identity
    }

    /// Writes `bytes` from `offset` on, and waits until they are on the disk.
    ///
    /// - Parameter size: the bytes that the file must have now; nil where any number will do.
    func write(_ bytes: [UInt8], at offset: Int, toFileOf size: Int? = nil) throws(FileError) {
        let now = try naming(path) { () throws(SystemError) in
            try System.status(of: name, in: folder.number, following: false)
        }
        guard now.identity == identity else { throw FileError(path, .changed) }
        if let size, now.size != UInt64(size) {
            throw FileError(path, .wrongSize(now.size, expected: UInt64(size)))
        }
        try naming(path) { () throws(SystemError) in
            try System.write(descriptor.number, bytes, at: offset)
            // It waits for a new size too, without which the bytes could not be read (fdatasync(2)).
            try System.synchronizeContents(descriptor.number)
        }
    }
}
