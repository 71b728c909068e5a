#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Locks of open files and folders, which the system gives back when a process ends.
extension System {
    /// Takes the lock of an open file or folder; false where another process has it.
    static func lock(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    /// Waits for the lock of an open file or folder; a file system without locks gives none.
    static func waitForLock(_ descriptor: Int32) {
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    }

    /// Takes the lock of an open file; false where another has it and nobody waits.
    ///
    /// A file system without locks is an error.
    static func takeLock(_ descriptor: Int32, waiting: Bool) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try checked { flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) }
            return true
        } catch {
            guard error.isNotYet else { throw error }
            return false
        }
    }

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
