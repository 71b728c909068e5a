#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a file could not be used as it was asked for.
///
/// A look that fails is an error: nothing here ever means that a file is absent but ``isMissing``.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Reason: Hashable, Sendable {
        /// Nothing has this name.
        case missing

        /// The name is taken.
        case exists

        /// A link, where none is followed.
        case isLink

        /// Something else than was asked for.
        case isKind(FileKind, wanted: FileKind)

        /// More bytes than there may be.
        case tooLarge(limit: Int)

        /// More names in a folder than there may be.
        case tooManyNames(limit: Int)

        /// More folders in each other than there may be.
        case tooDeep(limit: Int)

        /// Another user's: neither root's nor our own.
        case ownedByAnother(UInt32)

        /// The group or others may change it, or read a secret.
        case openToOthers(mode: UInt32)

        /// No name that can stand in a folder.
        case badName

        /// A name with more bytes than there may be.
        case longName(limit: Int)

        /// A pipe or a process that gave nothing for so long.
        case silent(seconds: Int)

        /// A pipe that was not at its end after so long.
        case slow(seconds: Int)

        /// Another number of bytes than it must have.
        case wrongSize(UInt64, expected: UInt64)

        /// Somebody changed it while it was used.
        case changed

        /// Another file system is mounted there.
        case isMounted

        /// Another process is at work with it.
        case inUse

        /// Anything else, as the value of `errno`.
        case system(Int32)
    }

    /// The file, as it was named.
    public let path: String

    /// The reason.
    public let reason: Reason

    /// Creates an error.
    public init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    init(_ path: String, _ error: SystemError) {
        let reason: Reason =
            switch error.code {
            case ENOENT: .missing
            case EEXIST: .exists
            case ELOOP: .isLink
            default: .system(error.code)
            }
        self.init(path, reason)
    }

    /// Whether nothing has this name: the only way to learn of an absence.
    public var isMissing: Bool { reason == .missing }

    /// Whether the disk is full.
    public var isFull: Bool { reason == .system(ENOSPC) || reason == .system(EDQUOT) }

    /// Whether the disk fails, was taken away, or has become read-only.
    public var isFailing: Bool {
        isSystem([EIO, EROFS, ENODEV, ENXIO, ESTALE, ETIMEDOUT])
    }

    /// Whether the system has not enough of something just now: open files, memory, processes.
    public var isShortage: Bool {
        isSystem([EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN])
    }

    /// Whether the system does not permit it to this user.
    public var isForbidden: Bool { isSystem([EACCES, EPERM]) }

    /// Whether nobody reads the pipe any more.
    public var isReaderGone: Bool { isSystem([EPIPE]) }

    /// Whether the same may succeed later: the disk is full or fails, something is short, or
    /// another process is at work with it.
    public var passes: Bool { isFull || isFailing || isShortage || reason == .inUse }

    private func isSystem(_ codes: Set<Int32>) -> Bool {
        guard case .system(let code) = reason else { return false }
        return codes.contains(code)
    }

    /// The reason, as the second half of a sentence that begins with the path.
    public var words: String {
        switch reason {
        case .missing: "no such file or directory"
        case .exists: "file exists"
        case .isLink: "is a link, and none is followed here"
        case .isKind(.folder, wanted: .file): "is a folder"
        case .isKind(let kind, let wanted): "is \(kind.words), not \(wanted.words)"
        case .tooLarge(let limit): "is larger than \(Self.size(limit))"
        case .tooManyNames(let limit): "holds more than \(limit) names"
        case .tooDeep(let limit): "lies in more than \(limit) folders in each other"
        case .ownedByAnother(let user): "belongs to another user (number \(user))"
        case .openToOthers(let mode):
            "is open to others (mode \(String(mode, radix: 8)))"
        case .badName: "is no name for a file"
        case .longName(let limit): "has a name of more than \(limit) bytes"
        case .silent(let seconds): "gave nothing for \(seconds) seconds"
        case .slow(let seconds): "was not at its end after \(seconds) seconds"
        case .wrongSize(let size, let expected):
            "has \(size) bytes, and must have \(expected)"
        case .changed: "was changed while it was used"
        case .isMounted: "is another file system, mounted there"
        case .inUse: "is in use by another process"
        case .system(let code): SystemError(code: code).words
        }
    }

    /// `PATH: WORDS`.
    public var description: String { "\(path): \(words)" }

    /// Returns a limit as people read it.
    public static func size(_ byteCount: Int) -> String {
        switch byteCount {
        case (1 << 20)...: "\(byteCount >> 20) MiB"
        case (1 << 10)...: "\(byteCount >> 10) KiB"
        default: "\(byteCount) bytes"
        }
    }
}

/// Runs `body`, and names the file where the system refuses.
func naming<Result: ~Copyable>(
    _ path: @autoclosure () -> String, _ body: () throws(SystemError) -> Result
) throws(FileError) -> Result {
    do throws(SystemError) {
        return try body()
    } catch {
        throw FileError(path(), error)
    }
}
