/// A file that is written on and on from a known place, and synced only when its writer says so.
///
/// For what is too large to be in memory whole, and counts only once another file names it: a
/// crash leaves any part of what was written.
public struct OutputFile: ~Copyable, Sendable {
    /// The file's path, for words.
    public let path: String

    /// Bytes that it has.
    public private(set) var byteCount: UInt64

    private let descriptor: Descriptor

    /// Whether there are bytes behind those that count.
    private var hasTail = false

    /// Makes the file `name`, which must not be there.
    public init(
        making name: String, in folder: Folder, _ permissions: Permissions
    ) throws(FileError) {
        let last = try folder.name(name)
        let path = folder.path(of: last)
        let made = try naming(path) { () throws(SystemError) in
            Descriptor(try System.create(last, in: folder.number))
        }
        let number = made.number
        try naming(path) { () throws(SystemError) in
            try System.setMode(number, permissions.fileMode)
        }
        self.init(made, path: path, byteCount: 0)
    }

    /// Opens the file `name`, which must be an ordinary one and ours alone to change, and cuts off
    /// what it has behind `kept` bytes; where nothing has the name it is made, for us alone.
    ///
    /// One that has fewer bytes is an error, and so is one that is missing where bytes are to stay.
    public init(
        appendingTo name: String, in folder: Folder, keeping kept: UInt64
    ) throws(FileError) {
        let last = try folder.name(name)
        if try folder.status(of: last) == nil {
            guard kept == 0 else { throw FileError(folder.path(of: last), .missing) }
            _ = try OutputFile(making: last, in: folder, .secret)
        }
        let path = folder.path(of: last)
        let opened = try naming(path) { () throws(SystemError) in
            Descriptor(try System.openForUpdate(last, in: folder.number))
        }
        let number = opened.number
        let status = try naming(path) { () throws(SystemError) in try System.status(of: number) }
        guard status.kind == .file else {
            throw FileError(path, .isKind(status.kind, wanted: .file))
        }
        try Ownership.requireOwn(status, path: path, isSecret: false)
        guard status.size >= kept else {
            throw FileError(path, .wrongSize(status.size, expected: kept))
        }
        if status.size > kept {
            try naming(path) { () throws(SystemError) in try System.cut(number, to: kept) }
        }
        self.init(opened, path: path, byteCount: kept)
    }

    private init(_ descriptor: consuming Descriptor, path: String, byteCount: UInt64) {
        self.path = path
        self.byteCount = byteCount
        self.descriptor = descriptor
    }

    /// Writes `bytes` behind what is there.
    public mutating func write(_ bytes: [UInt8]) throws(FileError) {
        guard !bytes.isEmpty else { return }
        try cutTail()
        try put(bytes)
        byteCount += UInt64(bytes.count)
    }

    /// Writes `bytes` behind all that counts, in the place of what was written so before.
    ///
    /// Whatever is written next takes their place.
    public mutating func writeTail(_ bytes: [UInt8]) throws(FileError) {
        try cutTail()
        hasTail = !bytes.isEmpty
        if hasTail { try put(bytes) }
    }

    private borrowing func put(_ bytes: [UInt8]) throws(FileError) {
        let number = descriptor.number
        guard let offset = Int(exactly: byteCount) else {
            throw FileError(path, .tooLarge(limit: .max))
        }
        try naming(path) { () throws(SystemError) in
            try System.write(number, bytes, at: offset)
        }
    }

    private mutating func cutTail() throws(FileError) {
        guard hasTail else { return }
        let (number, end) = (descriptor.number, byteCount)
        try naming(path) { () throws(SystemError) in try System.cut(number, to: end) }
        hasTail = false
    }

    /// Waits until all that was written is on the disk; the name is its folder's matter.
    public borrowing func synchronize() throws(FileError) {
        let number = descriptor.number
        try naming(path) { () throws(SystemError) in try System.synchronize(number) }
    }
}
