/// Who may change what lies at a place.
public enum Ownership {
    /// Refuses the folder at `path` where somebody else could change it, or put another in its
    /// place.
    ///
    /// It and everything above it must belong to root or to us, and nobody else may write there;
    /// above it a sticky folder will do, in which nobody renames what is not theirs.
    public static func requireOwn(folder path: String) throws(FileError) {
        let end = try NamedPath.resolved(path)
        try requireOwnParents(ofResolved: end)
        try check(end, mayBeSticky: false)
    }

    /// Refuses the place `path`, where nothing need be yet, for the folders above it.
    public static func requireOwnParents(of path: String) throws(FileError) {
        guard let (parent, name) = Place.split(path) else { throw FileError(path, .badName) }
        let end = try NamedPath.resolved(parent)
        try requireOwnParents(ofResolved: end == "/" ? "/" + name : "\(end)/\(name)")
    }

    private static func requireOwnParents(ofResolved path: String) throws(FileError) {
        var above = path
        while let (parent, _) = Place.split(above), parent != above {
            try check(parent, mayBeSticky: true)
            above = parent
        }
    }

    private static func check(_ path: String, mayBeSticky: Bool) throws(FileError) {
        let status = try naming(path) { () throws(SystemError) in
            try System.status(of: path, in: nil, following: false)
        }
        guard status.kind == .folder else {
            throw FileError(path, .isKind(status.kind, wanted: .folder))
        }
        guard status.isOurs else { throw FileError(path, .ownedByAnother(status.owner)) }
        let isSticky = status.mode & 0o1000 != 0
        guard !status.isWritableByOthers || mayBeSticky && isSticky else {
            throw FileError(path, .openToOthers(mode: status.mode))
        }
    }

    /// The owner of what is at `path`, where we are root and somebody else is; else nil.
    ///
    /// Root asks a service that works as another user, and believes it about its own folder.
    public static func ownerForRoot(of path: String) throws(FileError) -> UInt32? {
        guard System.user == 0 else { return nil }
        return try NamedPath.status(path)?.owner
    }

    /// Refuses an open file that another user owns, or that its group or others may change, or
    /// read where it `isSecret`.
    public static func requireOwn(
        _ status: FileStatus, path: String, isSecret: Bool
    ) throws(FileError) {
        guard status.isOurs else { throw FileError(path, .ownedByAnother(status.owner)) }
        guard status.mode & (isSecret ? 0o077 : 0o022) == 0 else {
            throw FileError(path, .openToOthers(mode: status.mode))
        }
    }
}
