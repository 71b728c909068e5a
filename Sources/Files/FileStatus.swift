/// What a name stands for.
public enum FileKind: Hashable, Sendable {
    case file, folder, link, pipe, socket, device

    /// The kind with its article, for words.
    public var words: String {
        switch self {
        case .file: "an ordinary file"
        case .folder: "a folder"
        case .link: "a link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .device: "a device"
        }
    }
}

/// The identity of a file, independent of its names: equal while one of both is open.
public struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
}

/// What the system knows of a file without reading it.
public struct FileStatus: Hashable, Sendable {
    /// The kind of the file.
    public let kind: FileKind

    /// Bytes of its contents.
    public let size: UInt64

    /// Permissions, with the bits for set-user, set-group and sticky: 0...0o7777.
    public let mode: UInt32

    /// The number of the user who owns it.
    public let owner: UInt32

    /// The number of its group.
    public let group: UInt32

    /// Seconds since 1970 at the last change of the contents.
    public let modified: Int64

    /// Nanoseconds of the same time: 0...999,999,999; 0 where the file system counts in seconds.
    public let modifiedNanoseconds: Int64

    /// Nanoseconds since 1970 at the last change of contents, names or permissions, which no
    /// program can set.
    public let changedNanoseconds: Int64

    /// Number of names that it has.
    public let linkCount: UInt64

    /// Which file it is.
    public let identity: FileIdentity

    /// The number of the file in its file system: a copy has another, a renamed file the same.
    public var serial: UInt64 { identity.number }

    /// Whether root or this process's own user owns it.
    public var isOurs: Bool { isOwned() }

    /// Whether this process's own user owns it.
    public var isOwn: Bool { owner == System.user }

    /// The same as ``isOurs``, or one of these users.
    func isOwned(by users: Set<UInt32> = []) -> Bool {
        owner == 0 || owner == System.user || users.contains(owner)
    }

    /// Whether its group or others may change it.
    public var isWritableByOthers: Bool { mode & 0o022 != 0 }

    /// Whether nobody has changed the file between two looks, as far as its status tells.
    public func isUnchanged(_ other: FileStatus) -> Bool {
        identity == other.identity && size == other.size && modified == other.modified
            && modifiedNanoseconds == other.modifiedNanoseconds
            && changedNanoseconds == other.changedNanoseconds
    }
}
