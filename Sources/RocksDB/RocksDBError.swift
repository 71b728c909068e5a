/// Why RocksDB refused or failed to do something.
///
/// ``kind`` says what the caller can do; ``message`` is for people.
public struct RocksDBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error, as far as a program can act on it.
    public enum Kind: Hashable, Sendable {
        /// The folder is open already, here or in another process. Close that one first.
        case lockHeld

        /// Stored bytes are not the written ones. Stop serving and restore.
        case corruption

        /// The file system failed. Reads may be tried again; after a failed write, reopen.
        case ioError(noSpace: Bool)

        /// The call or the options make no sense for this folder. Trying again won't help.
        case invalidArgument

        /// Something that must be there is not (an absent row is no error, but nil).
        case notFound

        /// RocksDB stopped before it had the whole answer. Try again.
        case incomplete

        /// The database was closed before the call.
        case closed

        /// Anything else; see the message.
        case other
    }

    /// The kind of error, as far as a program can act on it.
    public let kind: Kind

    /// RocksDB's own words, with paths.
    public let message: String

    /// The error of every call on a closed database.
    static let closed = RocksDBError(.closed, "the database is closed")

    /// Creates an error in our own words.
    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Creates an error from the text of a RocksDB status.
    ///
    /// The C API gives nothing else. `Status::ToString` writes the code first, then the sub-code
    /// and the message.
    init(status message: String) {
        self.kind = Self.kind(of: message)
        self.message = message
    }

    /// RocksDB's own words, with paths.
    public var description: String { message }

    private static func kind(of message: String) -> Kind {
        if message.hasPrefix("Corruption") { return .corruption }
        if message.hasPrefix("IO error") {
            // LockFile of env_posix: its own table of this process, then fcntl for the others.
            if message.contains("lock hold by current process")
                || message.contains("While lock file")
            {
                return .lockHeld
            }
            return .ioError(noSpace: message.contains("No space left on device"))
        }
        if message.hasPrefix("Invalid argument") { return .invalidArgument }
        if message.hasPrefix("NotFound") { return .notFound }
        if message.hasPrefix("Result incomplete") { return .incomplete }
        return .other
    }
}
