#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Locks of open files and folders, which the system gives back when a process ends.
extension System {
    /// Takes the lock of an open file or folder; false where another still has it after `limit`.
    ///
    /// A file system without locks is an error.
    static func takeLock(_ descriptor: Int32, within limit: Duration) throws(SystemError) -> Bool {
        let start = ContinuousClock.now
        var pause = shortestPause
        while true {
            do throws(SystemError) {
                _ = try checked { flock(descriptor, LOCK_EX | LOCK_NB) }
                return true
            } catch {
                guard error.isNotYet else { throw error }
            }
            guard start.duration(to: .now) < limit else { return false }
            usleep(pause)
            pause = min(pause * 2, longestPause)
        }
    }

    /// Microseconds between two looks at a lock that another has.
    private static let shortestPause: UInt32 = 500

    private static let longestPause: UInt32 = 16_000

    /// Gives the lock of an open file back that is closed next.
    ///
    /// Where this fails, closing does the same.
    static func releaseLock(_ descriptor: Int32) {
        _ = flock(descriptor, LOCK_UN)
    }

    /// Gives the lock of an open file or folder back.
    static func unlock(_ descriptor: Int32) throws(SystemError) {
        _ = try checked { flock(descriptor, LOCK_UN) }
    }
}
