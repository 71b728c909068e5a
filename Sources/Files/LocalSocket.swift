import Synchronization

/// A socket with a name in a folder, at which only its owner is heard.
///
/// The name is reached through the opened folder, so neither a link nor a long path is in the way.
/// Both ends of a connection ask the kernel for the user at the other end: the name's permissions
/// are not all that stands between.
public final class LocalSocket: Sendable {
    /// Bytes of a name: with the way to its folder it has to fit `sun_path`, 104 bytes everywhere.
    public static let nameByteLimit = 80

    private let folder: Folder
    private let name: String
    private let identity: Mutex<FileIdentity?>

    /// Makes way for a socket that is to be bound to ``address``.
    ///
    /// A socket of ours that is there is a dead process's, and is removed: whoever listens must
    /// hold a lock that says so. Anything else that has the name is refused and stays.
    public init(makingWayFor name: String, in folder: Folder) throws(FileError) {
        self.folder = folder
        self.name = try folder.name(name)
        identity = Mutex(nil)
        let path = folder.path(of: name)
        guard name.utf8.count <= Self.nameByteLimit else {
            throw FileError(path, .longName(limit: Self.nameByteLimit))
        }
        guard let found = try folder.status(of: name) else { return }
        guard found.kind == .socket else {
            throw FileError(path, .isKind(found.kind, wanted: .socket))
        }
        guard found.isOurs else { throw FileError(path, .ownedByAnother(found.owner)) }
        try folder.remove(name)
    }

    /// The address to bind.
    public var address: String { Self.address(of: name, in: folder) }

    /// The path as a person knows it.
    public var path: String { folder.path(of: name) }

    /// Remembers the socket that was bound, and gives it to its owner alone.
    public func bound() throws(FileError) {
        guard let made = try folder.status(of: name), made.kind == .socket, made.isOurs else {
            throw FileError(path, .changed)
        }
        identity.withLock { $0 = made.identity }
        try naming(path) { () throws(SystemError) in
            try System.setMode(ofName: name, in: folder.number, 0o600)
        }
    }

    /// Removes the name, where it still is the one that was bound.
    public func remove() throws(FileError) {
        guard let bound = identity.withLock({ $0 }),
            try folder.status(of: name)?.identity == bound
        else { return }
        try folder.remove(name)
    }

    /// Connects to the socket `name` in `folder` and returns it, to be closed by the caller; nil
    /// where nobody listens.
    ///
    /// - Parameter users: who may be at the other end, beside root and ourselves.
    /// - Throws: where something else has the name, or somebody else listens there.
    public static func connect(
        to name: String, in folder: Folder, believing users: Set<UInt32> = []
    ) throws(FileError) -> Int32? {
        let path = folder.path(of: name)
        guard let found = try folder.status(of: name) else { return nil }
        guard found.kind == .socket else {
            throw FileError(path, .isKind(found.kind, wanted: .socket))
        }
        guard found.isOwned(by: users) else {
            throw FileError(path, .ownedByAnother(found.owner))
        }
        let descriptor: Int32
        do throws(SystemError) {
            descriptor = try System.connect(to: address(of: name, in: folder))
        } catch {
            if error.isRefusal { return nil }
            guard error.isNotYet else { throw FileError(path, error) }
            throw FileError(path, .silent(seconds: System.connectSeconds))
        }
        do throws(FileError) {
            let peer = try naming(path) { () throws(SystemError) in
                try System.peer(of: descriptor)
            }
            guard believes(peer) || users.contains(peer) else {
                throw FileError(path, .ownedByAnother(peer))
            }
        } catch {
            System.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Closes a connection that nobody has taken over.
    public static func close(_ connection: Int32) { System.close(connection) }

    /// Whether a user who has connected may ask for anything: root or ourselves.
    public static func believes(_ user: UInt32) -> Bool {
        user == 0 || user == System.user
    }

    /// The address of a name in an opened folder: short for every path of the folder.
    private static func address(of name: String, in folder: Folder) -> String {
        let way = "/proc/self/fd/\(folder.number)"
        let isThere = (try? System.status(of: way, in: nil, following: true)) != nil
        return isThere ? "\(way)/\(name)" : folder.path(of: name)
    }
}
