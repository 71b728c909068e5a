#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The second file that calls the C library for files: what happens in folders, and who has a file
// open, which Linux alone tells in these ways.
extension System {
    #if os(Linux)
        /// A command of fcntl(2), `F_SETLEASE`.
        private static let setLease: Int32 = 1_024

        /// Ignores the signal that we get when somebody opens a leased file to write.
        ///
        /// It would end the process; the lease is given back at once, so there is nothing to do.
        private static let ignoresLeaseSignals: Void = {
            _ = signal(SIGIO, SIG_IGN)
        }()

        /// Whether somebody has the file open to write, ourselves included; nil where the system
        /// does not say, as on a file system of another machine, or of another user's file.
        ///
        /// The file must be open to read alone. A lease to read is not given while somebody
        /// writes (fcntl(2)); one that is given is given back at once.
        static func hasWriter(_ descriptor: Int32) -> Bool? {
            ignoresLeaseSignals
            guard fcntl(descriptor, setLease, Int32(F_RDLCK)) != 0 else {
                _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
                return false
            }
            return errno == EAGAIN || errno == EBUSY ? true : nil
        }

        /// What is told of a folder: each beginning and end of a write, each name that comes or
        /// goes, and the end of the folder itself.
        private static let toldEvents = UInt32(
            IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE
                | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

        /// Opens a queue of notices (inotify(7)), which is read without waiting.
        static func openNotices() throws(SystemError) -> Int32 {
            let queue = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard queue >= 0 else { throw .current }
            return queue
        }

        /// Asks for notices about an open folder, whatever its path has become; returns the number
        /// that they bear.
        static func watch(_ folder: Int32, by queue: Int32) throws(SystemError) -> Int32 {
            let path = "/proc/self/fd/\(folder)"
            let watch = unsafe inotify_add_watch(queue, path, toldEvents)
            guard watch >= 0 else { throw .current }
            return watch
        }
    #else
        /// This system does not say.
        static func hasWriter(_ descriptor: Int32) -> Bool? { nil }

        /// This system has no such queue.
        static func openNotices() throws(SystemError) -> Int32 { throw SystemError(code: ENOTSUP) }

        /// This system has no such queue.
        static func watch(_ folder: Int32, by queue: Int32) throws(SystemError) -> Int32 {
            throw SystemError(code: ENOTSUP)
        }
    #endif
}
