/// An open folder, and the files below it.
///
/// A person names a folder by its path, in which links are followed; below it nothing is. Every
/// name is taken relative to the folder that was opened, so what others do to the path afterwards
/// changes nothing.
public final class Folder: Sendable {
    /// Names that are listed at the most: a folder of ours has some hundred, of a spool some
    /// hundred thousand.
    public static let nameLimit = 1_000_000

    /// How the folder was named, for words.
    public let path: String

    private let descriptor: Descriptor

    var number: Int32 { descriptor.number }

    private init(_ number: Int32, path: String) {
        descriptor = Descriptor(number)
        self.path = path
    }

    /// Opens the folder that a person named.
    public init(_ path: String) throws(FileError) {
        let number = try Self.opened(path) { () throws(SystemError) in
            try System.openFolder(path, in: nil, following: true)
        } status: { () throws(SystemError) in
            try System.status(of: path, in: nil, following: true)
        }
        descriptor = Descriptor(number)
        self.path = path
    }

    /// Opens the folder that a person named, and makes it, and those above it, where they are
    /// missing.
    ///
    /// New ones have exactly these permissions; one that is there keeps its own.
    public convenience init(
        making path: String, _ permissions: Permissions
    ) throws(FileError) {
        var missing: [String] = []
        var above = path
        while true {
            do throws(FileError) {
                var folder = try Folder(above)
                for name in missing.reversed() {
                    folder = try folder.folder(making: name, permissions)
                }
                let own = try naming(path) { () throws(SystemError) in
                    try System.duplicate(folder.number)
                }
                self.init(own, path: path)
                return
            } catch {
                guard error.isMissing, let (parent, name) = Place.split(above) else { throw error }
                missing.append(name)
                above = parent
            }
        }
    }

    /// The path of `name` in here, for words.
    public func path(of name: String) -> String {
        switch path {
        case ".": name
        case "/": "/\(name)"
        default: "\(path)/\(name)"
        }
    }

    // MARK: - Folders below

    /// Opens the folder `name` below this one; a link is refused.
    ///
    /// - Parameter name: one name, or several with a slash between.
    public func folder(_ name: String) throws(FileError) -> Folder {
        var folder = self
        for part in try parts(of: name) { folder = try folder.child(part) }
        return folder
    }

    /// The same; nil where there is none.
    public func folder(ifThere name: String) throws(FileError) -> Folder? {
        try ifThere { () throws(FileError) in try folder(name) }
    }

    /// Opens the folder `name` below this one, made with exactly these permissions where it is
    /// missing.
    public func folder(
        making name: String, _ permissions: Permissions
    ) throws(FileError) -> Folder {
        var folder = self
        for part in try parts(of: name) {
            do throws(SystemError) {
                try System.makeFolder(part, in: folder.number)
            } catch {
                let error = FileError(folder.path(of: part), error)
                guard error.reason == .exists else { throw error }
                folder = try folder.child(part)
                continue
            }
            folder = try folder.child(part)
            try folder.setMode(permissions.folderMode)
        }
        return folder
    }

    /// Makes the folder `name`, which must not be there.
    public func makeFolder(
        _ name: String, _ permissions: Permissions
    ) throws(FileError) -> Folder {
        let name = try self.name(name)
        try naming(path(of: name)) { () throws(SystemError) in
            try System.makeFolder(name, in: number)
        }
        let folder = try child(name)
        try folder.setMode(permissions.folderMode)
        return folder
    }

    private func child(_ name: String) throws(FileError) -> Folder {
        let path = path(of: name)
        let opened = try Self.opened(path) { () throws(SystemError) in
            try System.openFolder(name, in: self.number, following: false)
        } status: { () throws(SystemError) in
            try System.status(of: name, in: self.number, following: false)
        }
        return Folder(opened, path: path)
    }

    /// Opens a folder; the error names what has its name instead.
    private static func opened(
        _ path: String, _ open: () throws(SystemError) -> Int32,
        status: () throws(SystemError) -> FileStatus
    ) throws(FileError) -> Int32 {
        do throws(SystemError) {
            return try open()
        } catch {
            let failure = FileError(path, error)
            guard !failure.isMissing else { throw failure }
            let found = try naming(path, status)
            throw found.kind == .link
                ? FileError(path, .isLink)
                : found.kind == .folder
                    ? failure : FileError(path, .isKind(found.kind, wanted: .folder))
        }
    }

    // MARK: - Looking

    /// What the system knows of this folder.
    public var status: FileStatus {
        get throws(FileError) {
            try naming(path) { () throws(SystemError) in try System.status(of: number) }
        }
    }

    /// What the system knows of `name` itself, be it a link; nil where nothing has the name.
    public func status(of name: String) throws(FileError) -> FileStatus? {
        try ifThere { () throws(FileError) in
            let (folder, last) = try holder(of: name)
            return try naming(folder.path(of: last)) { () throws(SystemError) in
                try System.status(of: last, in: folder.number, following: false)
            }
        }
    }

    /// The names in this folder, in no order; ``NativeText`` spells those that are no text.
    public func names(limit: Int = nameLimit) throws(FileError) -> [String] {
        // A name that is no text is spelled: passed over, nobody would have looked at it.
        let names = try naming(path) { () throws(SystemError) in
            try System.names(in: number, limit: limit)
        }
        guard names.count <= limit else { throw FileError(path, .tooManyNames(limit: limit)) }
        return names
    }

    /// The names in this folder, without those that the file system has made itself: a volume that
    /// was just mounted is empty.
    public func content() throws(FileError) -> [String] {
        try names().filter { $0 != Self.fileSystemName }
    }

    /// The folder in which ext4 puts what a repair has found.
    private static let fileSystemName = "lost+found"

    /// Bytes that may still be written to the file system of this folder.
    public var freeByteCount: UInt64 {
        get throws(FileError) {
            try naming(path) { () throws(SystemError) in try System.freeByteCount(of: number) }
        }
    }

    // MARK: - Reading

    /// Opens the file `name` to read; a link, a pipe, a device is refused at once.
    public func file(_ name: String) throws(FileError) -> InputFile {
        let (folder, last) = try holder(of: name)
        let path = folder.path(of: last)
        let descriptor = try naming(path) { () throws(SystemError) in
            Descriptor(try System.openFile(last, in: folder.number, following: false))
        }
        return try InputFile(descriptor, path: path)
    }

    /// Reads the file `name`; nil where nothing has the name.
    public func read(_ name: String, limit: Int) throws(FileError) -> [UInt8]? {
        try ifThere { () throws(FileError) in try file(name).bytes(limit: limit) }
    }

    // MARK: - Removing

    /// Removes the file, link or socket `name`; where nothing has the name it does nothing.
    public func remove(_ name: String) throws(FileError) {
        let (folder, last) = try holder(of: name)
        _ = try ifThere { () throws(FileError) in
            try naming(folder.path(of: last)) { () throws(SystemError) in
                try System.remove(last, in: folder.number)
            }
        }
    }

    /// Removes the folder `name`, which must be empty.
    public func removeFolder(_ name: String) throws(FileError) {
        let (folder, last) = try holder(of: name)
        try naming(folder.path(of: last)) { () throws(SystemError) in
            try System.removeFolder(last, in: folder.number)
        }
    }

    /// Removes the folder `name` with all that lies in it; follows no link.
    ///
    /// For what we made ourselves. `depth` bounds how many folders lie in each other; what is
    /// mounted in there is refused.
    public func removeTree(_ name: String, depth: Int = 8) throws(FileError) {
        guard let found = try status(of: name) else { return }
        guard found.kind == .folder else { return try remove(name) }
        guard depth > 0 else { throw FileError(path(of: name), .isKind(.folder, wanted: .file)) }
        let child = try folder(name)
        guard try child.status.identity.device == status.identity.device else {
            throw FileError(child.path, .isMounted)
        }
        for name in try child.names() { try child.removeTree(name, depth: depth - 1) }
        try removeFolder(name)
    }

    /// Removes all that lies in this folder, as ``removeTree(_:depth:)`` does, but for `kept` and
    /// for what belongs to the file system itself.
    public func removeContents(but kept: String? = nil) throws(FileError) {
        for child in try content() where child != kept { try removeTree(child) }
    }

    // MARK: - Keeping

    /// Waits until the names in this folder are on the disk.
    public func synchronize() throws(FileError) {
        try naming(path) { () throws(SystemError) in try System.synchronize(number) }
    }

    /// Keeps every other process from doing so, until this value ends or ``unlock()`` is called.
    ///
    /// A file system that knows no such locks has none.
    ///
    /// - Parameter limit: how long another's lock is waited for.
    public func lock(within limit: Duration = .zero) throws(FileError) {
        let isTaken: Bool
        do throws(SystemError) {
            isTaken = try System.takeLock(number, within: limit)
        } catch {
            return
        }
        guard isTaken else { throw FileError(path, .inUse) }
    }

    /// Lets others take the lock again.
    public func unlock() throws(FileError) {
        try naming(path) { () throws(SystemError) in try System.unlock(number) }
    }

    /// Gives this folder exactly these permissions.
    public func setMode(_ mode: UInt32) throws(FileError) {
        try naming(path) { () throws(SystemError) in try System.setMode(number, mode) }
    }

    /// Gives `name` another name, in here or in another folder, in whose place it is at once.
    ///
    /// Durable only once both folders are synchronized.
    public func rename(_ name: String, to newName: String, in target: Folder) throws(FileError) {
        let (name, newName) = (try self.name(name), try target.name(newName))
        try naming(target.path(of: newName)) { () throws(SystemError) in
            try System.rename(name, in: number, to: newName, in: target.number)
        }
    }

    // MARK: - Names

    /// Returns one name that stands in this folder and leads nowhere else.
    func name(_ name: String) throws(FileError) -> String {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")),
            !name.utf8.contains(0)
        else { throw FileError(path(of: name), .badName) }
        return name
    }

    private func parts(of name: String) throws(FileError) -> [String] {
        try name.split(separator: "/", omittingEmptySubsequences: false)
            .map { part throws(FileError) in try self.name(String(part)) }
    }

    /// Returns the folder below this one that holds the last part of `name`, and that part.
    func holder(of name: String) throws(FileError) -> (Folder, String) {
        var parts = try parts(of: name)
        let last = parts.removeLast()
        var folder = self
        for part in parts { folder = try folder.child(part) }
        return (folder, last)
    }

    private func ifThere<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(FileError) -> Result? {
        do throws(FileError) {
            return try body()
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }
}
