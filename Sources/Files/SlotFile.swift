/// A file of fixed size that is written in place, and whose contents are synced before a write
/// returns: a record that must never be behind.
public final class SlotFile: Sendable {
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

    /// Writes `bytes` from `offset` on, and waits until they are on the disk.
    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try naming(path) { () throws(SystemError) in
            try System.write(descriptor.number, bytes, at: offset)
            // The file never grows, so there is nothing but its contents to sync.
            try System.synchronizeContents(descriptor.number)
        }
    }
}
