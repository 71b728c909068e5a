/// The lock of a file that is kept for nothing else; given back when the value ends.
///
/// Two values exclude each other, in one process too. The system gives the lock back when the
/// process ends, however it ends.
public final class FileLock: Sendable {
    private let descriptor: Descriptor

    /// Whether the lock is waited for.
    public enum Patience: Hashable, Sendable {
        /// For ``FileLock/longestWait``: where whoever has it does no more than a few steps.
        case waits

        /// Not at all: the error says that the file is in use.
        case none
    }

    /// The longest wait for a lock that is held around a few steps; a process that was stopped
    /// meanwhile may have it for ever.
    public static let longestWait: Duration = .seconds(30)

    /// Takes the lock of the file `name` in `folder`, which is made where it is missing.
    ///
    /// A file system that knows no locks is an error: what they guard would be done twice.
    public init(_ name: String, in folder: Folder, _ patience: Patience) throws(FileError) {
        let last = try folder.name(name)
        let path = folder.path(of: last)
        while true {
            let opened = try naming(path) { () throws(SystemError) in
                Descriptor(try System.openLock(last, in: folder.number))
            }
            let number = opened.number
            let isTaken = try naming(path) { () throws(SystemError) in
                try System.takeLock(
                    number, within: patience == .waits ? Self.longestWait : .zero)
            }
            guard isTaken else { throw FileError(path, .inUse) }
            let held = try naming(path) { () throws(SystemError) in try System.status(of: number) }
            guard held.kind == .file else {
                throw FileError(path, .isKind(held.kind, wanted: .file))
            }
            // Whoever removed the file meanwhile has let another process lock another one.
            if try folder.status(of: last)?.identity == held.identity {
                descriptor = opened
                return
            }
        }
    }

    /// Runs `body` while the lock is held.
    public func whileHeld<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try body()
    }
}
