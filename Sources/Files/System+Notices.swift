#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The second file that calls the C library for files: what happens in folders, which Linux alone
// tells in this way.
extension System {
    #if os(Linux)
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
        /// This system has no such queue.
        static func openNotices() throws(SystemError) -> Int32 { throw SystemError(code: ENOTSUP) }

        /// This system has no such queue.
        static func watch(_ folder: Int32, by queue: Int32) throws(SystemError) -> Int32 {
            throw SystemError(code: ENOTSUP)
        }
    #endif
}
