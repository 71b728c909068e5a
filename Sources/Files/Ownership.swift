/// Checks who may change the files at a place.
public enum Ownership {
    /// Refuses the folder at `path` where somebody else could change it, or put another in its
    /// place.
    ///
    /// It and every folder on the way to it must belong to root, to us or to one of `users`, and
    /// nobody else may write there; on the way a sticky folder will do, in which nobody renames
    /// what is not theirs. The way is the one that was named, with the folders in which its links
    /// stand: so a later open of the path alone comes to the same folder.
    public static func requireOwn(
        folder path: String, believing users: Set<UInt32> = []
    ) throws(FileError) {
        var way = Way(believing: users)
        let end = try way.walk(path)
        guard !end.status.isWritableByOthers else {
            throw FileError(end.path, .openToOthers(mode: end.status.mode))
        }
    }

    /// Refuses the program at `path` where somebody else could change it, or put another in its
    /// place: the file and every folder on the way to it, as for a folder.
    public static func requireOwn(program path: String) throws(FileError) {
        var way = Way(believing: [])
        let end = try way.walk(path, to: .file)
        guard !end.status.isWritableByOthers else {
            throw FileError(end.path, .openToOthers(mode: end.status.mode))
        }
    }

    /// Refuses the place `path`, where nothing need be yet, for the folders above it.
    public static func requireOwnParents(
        of path: String, believing users: Set<UInt32> = []
    ) throws(FileError) {
        guard let (parent, _) = Place.split(path) else { throw FileError(path, .badName) }
        var way = Way(believing: users)
        _ = try way.walk(parent)
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

/// A walk from the root to a folder or a file, one name after the other, as the kernel takes it.
private struct Way {
    /// Links on a way at most, as path_resolution(7) has it.
    private static let linkLimit = 40

    private let users: Set<UInt32>
    private var links = 0

    init(believing users: Set<UInt32>) {
        self.users = users
    }

    /// Looks at each folder on the way, and returns what is at its end: something of this kind.
    mutating func walk(
        _ path: String, to kind: FileKind = .folder
    ) throws(FileError) -> (path: String, status: FileStatus) {
        var here = ("/", try folder("/"))
        var names = Self.names(in: try NamedPath.absolute(path))
        while let name = names.popLast() {
            guard name != ".." else {
                let above = Place.split(here.0)?.parent ?? "/"
                here = (above, try folder(above))
                continue
            }
            let next = here.0 == "/" ? "/" + name : "\(here.0)/\(name)"
            let found = try Self.status(next)
            guard found.kind == .link else {
                here = (next, try check(found, next, is: names.isEmpty ? kind : .folder))
                continue
            }
            links += 1
            guard links <= Self.linkLimit else { throw FileError(path, .isLink) }
            // In a folder where others write, a link is its owner's to replace.
            guard !here.1.isWritableByOthers || found.isOwned(by: users) else {
                throw FileError(next, .ownedByAnother(found.owner))
            }
            let target = try naming(next) { () throws(SystemError) in
                try System.linkTarget(next)
            }
            if target.utf8.starts(with: "/".utf8) { here = ("/", try folder("/")) }
            names += Self.names(in: target)
        }
        guard here.1.kind == kind else {
            throw FileError(here.0, .isKind(here.1.kind, wanted: kind))
        }
        return here
    }

    private func folder(_ path: String) throws(FileError) -> FileStatus {
        try check(Self.status(path), path)
    }

    private func check(
        _ status: FileStatus, _ path: String, is kind: FileKind = .folder
    ) throws(FileError) -> FileStatus {
        guard status.kind == kind else {
            throw FileError(path, .isKind(status.kind, wanted: kind))
        }
        guard status.isOwned(by: users) else {
            throw FileError(path, .ownedByAnother(status.owner))
        }
        let isSticky = status.mode & 0o1000 != 0
        guard !status.isWritableByOthers || isSticky else {
            throw FileError(path, .openToOthers(mode: status.mode))
        }
        return status
    }

    private static func status(_ path: String) throws(FileError) -> FileStatus {
        try naming(path) { () throws(SystemError) in
            try System.status(of: path, in: nil, following: false)
        }
    }

    /// The names of a path, the last one first, so that the next one is taken off the end.
    private static func names(in path: String) -> [String] {
        path.split(separator: "/").map(String.init).reversed().filter { $0 != "." }
    }
}
