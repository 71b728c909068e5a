// The one file of the project that calls the C library to open, read, write and name files and
// local sockets. Each function below passes memory that Swift owns for the length of the call, and
// never more of it than there is. Everything else of this target is made of these.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system's calls, with what failed as a value.
enum System {
    /// Whether the C library takes the whole name or path: it would cut one at a zero byte.
    private static func isUsable(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0)
    }

    /// Runs a call again where a signal interrupted it.
    static func checked(_ call: () -> Int32) throws(SystemError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw .current }
        }
    }

    private static func checked(
        named name: String, _ call: () -> Int32
    ) throws(SystemError) -> Int32 {
        guard isUsable(name) else { throw .unusable }
        return try checked(call)
    }

    // MARK: - Opening

    /// Opens `name` to read, relative to `folder` or to the current folder; waits for nobody.
    static func openFile(
        _ name: String, in folder: Int32?, following: Bool
    ) throws(SystemError) -> Int32 {
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (following ? 0 : O_NOFOLLOW)
        return try checked(named: name) { unsafe openat(folder ?? AT_FDCWD, name.native, flags) }
    }

    /// Opens the file `name` to read and write at given places.
    static func openForUpdate(_ name: String, in folder: Int32) throws(SystemError) -> Int32 {
        try checked(named: name) {
            unsafe openat(
                folder, name.native, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)
        }
    }

    /// Opens the file `name` for its lock, and makes it where it is missing.
    static func openLock(_ name: String, in folder: Int32) throws(SystemError) -> Int32 {
        try checked(named: name) {
            unsafe openat(
                folder, name.native,
                O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, mode_t(0o600))
        }
    }

    /// Opens the folder `name`.
    static func openFolder(
        _ name: String, in folder: Int32?, following: Bool
    ) throws(SystemError) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (following ? 0 : O_NOFOLLOW)
        return try checked(named: name) { unsafe openat(folder ?? AT_FDCWD, name.native, flags) }
    }

    /// Makes a new file for its owner alone, and opens it to write.
    static func create(_ name: String, in folder: Int32) throws(SystemError) -> Int32 {
        try checked(named: name) {
            unsafe openat(
                folder, name.native, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                mode_t(0o600))
        }
    }

    /// Makes a new folder for its owner alone.
    static func makeFolder(_ name: String, in folder: Int32?) throws(SystemError) {
        _ = try checked(named: name) {
            unsafe mkdirat(folder ?? AT_FDCWD, name.native, mode_t(0o700))
        }
    }

    static func close(_ descriptor: Int32) {
        _ = posixClose(descriptor)
    }

    static func duplicate(_ descriptor: Int32) throws(SystemError) -> Int32 {
        try checked { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    }

    // MARK: - Looking

    static func status(of descriptor: Int32) throws(SystemError) -> FileStatus {
        var status = stat()
        _ = try checked { unsafe fstat(descriptor, &status) }
        return FileStatus(status)
    }

    /// Asks about `name` itself, or with `following` about the target of a link.
    static func status(
        of name: String, in folder: Int32?, following: Bool
    ) throws(SystemError) -> FileStatus {
        var status = stat()
        let flags = following ? 0 : AT_SYMLINK_NOFOLLOW
        _ = try checked(named: name) {
            unsafe fstatat(folder ?? AT_FDCWD, name.native, &status, flags)
        }
        return FileStatus(status)
    }

    /// Returns `path` with all links in it followed.
    static func resolved(_ path: String) throws(SystemError) -> String {
        guard isUsable(path) else { throw .unusable }
        guard let text = unsafe realpath(path.native, nil) else { throw .current }
        defer { unsafe free(text) }
        return unsafe NativeText.spelled(bytes(at: text))
    }

    /// Whether this process may make names in the folder.
    static func mayWrite(_ path: String) -> Bool {
        guard isUsable(path) else { return false }
        return unsafe access(path.native, W_OK | X_OK) == 0
    }

    /// Whether this process may run the file.
    static func mayRun(_ path: String) -> Bool {
        guard isUsable(path) else { return false }
        return unsafe access(path.native, X_OK) == 0
    }

    /// Returns the path that the link `name` holds.
    static func linkTarget(_ path: String) throws(SystemError) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try checked(named: path) {
            unsafe buffer.withUnsafeMutableBytes { bytes in
                let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                guard let start = unsafe start else { return -1 }
                return Int32(clamping: unsafe readlink(path.native, start, bytes.count))
            }
        }
        return NativeText.spelled(buffer.prefix(Int(count)))
    }

    /// Returns up to `limit` + 1 names in an open folder, "." and ".." left out.
    static func names(in folder: Int32, limit: Int) throws(SystemError) -> [String] {
        let own = try openFolder(".", in: folder, following: false)
        guard let stream = unsafe fdopendir(own) else {
            defer { close(own) }
            throw .current
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count <= limit {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw .current }
                break
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe start.withMemoryRebound(
                    to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)
                ) { unsafe NativeText.spelled(bytes(at: $0)) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Bytes that this process may still write to the file system of an open file or folder.
    static func freeByteCount(of descriptor: Int32) throws(SystemError) -> UInt64 {
        var volume = statvfs()
        _ = try checked { unsafe fstatvfs(descriptor, &volume) }
        let (bytes, isOver) = UInt64(volume.f_bavail)
            .multipliedReportingOverflow(by: UInt64(volume.f_frsize))
        return isOver ? .max : bytes
    }

    /// The user in whose name this process works.
    static var user: UInt32 { geteuid() }

    // MARK: - Contents

    /// Fills `buffer` from its start and returns how many bytes came; 0 at the end.
    static func read(_ descriptor: Int32, into buffer: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe posixRead(descriptor, bytes.baseAddress, bytes.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .current }
        }
    }

    /// Fills `buffer` with what stands from `offset` on, and returns how many bytes came.
    static func read(
        _ descriptor: Int32, into buffer: inout [UInt8], at offset: UInt64
    ) throws(SystemError) -> Int {
        guard let offset = off_t(exactly: offset) else { return 0 }
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress, bytes.count, offset)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .current }
        }
    }

    /// Writes all of `bytes` where the file stands.
    static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[position...])
                return unsafe posixWrite(descriptor, rest.baseAddress, rest.count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                // Another process that shares the pipe or terminal has made it non-blocking.
                guard SystemError.current.isNotYet else { throw .current }
                try waitForRoom(descriptor)
                continue
            }
            position += count
        }
    }

    private static func waitForRoom(_ descriptor: Int32) throws(SystemError) {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = try checked { unsafe poll(&waiting, 1, -1) }
    }

    /// Writes all of `bytes` from `offset` on.
    static func write(
        _ descriptor: Int32, _ bytes: [UInt8], at offset: Int
    ) throws(SystemError) {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[position...])
                return unsafe pwrite(
                    descriptor, rest.baseAddress, rest.count, off_t(offset + position))
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .current
            }
            position += count
        }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Waits until there is something to read, or the other end is gone; false after so long.
    static func waitForInput(
        _ descriptor: Int32, milliseconds: Int32
    ) throws(SystemError) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let count = unsafe poll(&waiting, 1, milliseconds)
            if count >= 0 { return count > 0 }
            guard errno == EINTR else { throw .current }
        }
    }

    /// Tells the system that the file is read once, from its start to its end.
    static func willReadSequentially(_ descriptor: Int32) {
        #if os(Linux)
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        #endif
    }

    static func synchronize(_ descriptor: Int32) throws(SystemError) {
        _ = try checked { fsync(descriptor) }
    }

    /// Waits for the contents alone: for a file that keeps its size.
    static func synchronizeContents(_ descriptor: Int32) throws(SystemError) {
        #if os(Linux)
            _ = try checked { fdatasync(descriptor) }
        #else
            _ = try checked { fsync(descriptor) }
        #endif
    }

    static func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SystemError) {
        _ = try checked { fchmod(descriptor, mode_t(mode)) }
    }

    /// Gives what has the name these permissions, for sockets, which cannot be opened; follows no
    /// link.
    static func setMode(
        ofName name: String, in folder: Int32, _ mode: UInt32
    ) throws(SystemError) {
        _ = try checked(named: name) {
            unsafe fchmodat(folder, name.native, mode_t(mode), AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Makes sure that the number of a stream stands for something, if only for a file that it
    /// cannot be used for: the next file that is opened would get it.
    static func occupy(_ stream: Int32) {
        guard fcntl(stream, F_GETFD) < 0, errno == EBADF else { return }
        // The lowest free number is given out, and those below are taken already.
        _ = unsafe open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY)
    }

    /// A write to a pipe without a reader fails from now on, in the place of ending the process.
    static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Closes a copy of an open file, which tells what a network file system could not write.
    static func closeCopy(of descriptor: Int32) throws(SystemError) {
        let copy = try duplicate(descriptor)
        // The number is free whatever the answer is, so it is never closed again.
        guard posixClose(copy) == 0 || errno == EINTR else { throw .current }
    }

    static func setOwner(
        _ descriptor: Int32, _ owner: UInt32, group: UInt32
    ) throws(SystemError) {
        _ = try checked { fchown(descriptor, owner, group) }
    }

    /// The permissions that this process's umask takes from a new file.
    ///
    /// The only way to ask is to set it, so it is asked once, when the first file is made.
    static let umask: UInt32 = {
        let mask = posixUmask(0o077)
        _ = posixUmask(mask)
        return UInt32(mask)
    }()

    // MARK: - Names

    static func rename(
        _ name: String, in folder: Int32, to newName: String, in newFolder: Int32
    ) throws(SystemError) {
        guard isUsable(newName) else { throw .unusable }
        _ = try checked(named: name) {
            unsafe renameat(folder, name.native, newFolder, newName.native)
        }
    }

    /// Gives a file a second name, which must be free.
    static func link(
        _ name: String, to newName: String, in folder: Int32
    ) throws(SystemError) {
        guard isUsable(newName) else { throw .unusable }
        _ = try checked(named: name) {
            unsafe linkat(folder, name.native, folder, newName.native, 0)
        }
    }

    static func remove(_ name: String, in folder: Int32) throws(SystemError) {
        _ = try checked(named: name) { unsafe unlinkat(folder, name.native, 0) }
    }

    static func removeFolder(_ name: String, in folder: Int32) throws(SystemError) {
        _ = try checked(named: name) { unsafe unlinkat(folder, name.native, AT_REMOVEDIR) }
    }

    // MARK: - Local sockets

    /// Seconds that the queue of a socket may be full: a process that is alive takes from it at
    /// once.
    static let connectSeconds = 10

    /// Connects to the socket at `path`.
    static func connect(to path: String) throws(SystemError) -> Int32 {
        let descriptor = try localSocket()
        do throws(SystemError) {
            // Where nobody accepts, a full queue would hold us for ever.
            var limit = timeval(tv_sec: connectSeconds, tv_usec: 0)
            _ = try checked {
                unsafe setsockopt(
                    descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit,
                    socklen_t(MemoryLayout<timeval>.size))
            }
            try unsafe withAddress(path) { (address, length) throws(SystemError) in
                _ = try checked { unsafe posixConnect(descriptor, address, length) }
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The user at the other end of a connected socket, as the kernel knows it.
    static func peer(of descriptor: Int32) throws(SystemError) -> UInt32 {
        #if os(Linux)
            var peer = PeerCredentials()
            var length = socklen_t(MemoryLayout<PeerCredentials>.size)
            _ = try checked {
                unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length)
            }
            return peer.user
        #else
            var (user, group): (uid_t, gid_t) = (0, 0)
            _ = try checked { unsafe getpeereid(descriptor, &user, &group) }
            return user
        #endif
    }

    private static func localSocket() throws(SystemError) -> Int32 {
        #if os(Linux)
            try checked {
                socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
        #else
            try checked { socket(AF_UNIX, SOCK_STREAM, 0) }
        #endif
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
    ) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = NativeText.bytes(path)
        guard isUsable(path), bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .unusable
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: bytes)
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result: Result<Void, SystemError> = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                do throws(SystemError) {
                    try unsafe body(address, length)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }
}

/// The error of a system call.
struct SystemError: Error, Hashable {
    /// The value of `errno`.
    let code: Int32

    static var current: SystemError { SystemError(code: errno) }

    /// A name that the system cannot take.
    static let unusable = SystemError(code: EINVAL)

    /// The system's words, with a small first letter.
    var words: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        let words = unsafe String(cString: text)
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

extension String {
    /// The bytes of a name or path as the C library takes them, with the zero that ends them.
    fileprivate var native: [CChar] { NativeText.bytes(self).map { CChar(bitPattern: $0) } + [0] }
}

// The members above have the C functions' names and would hide them.
private func posixClose(_ file: Int32) -> Int32 { close(file) }

private func posixRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(file, bytes, count)
}

private func posixWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(file, bytes, count)
}

private func posixUmask(_ mask: mode_t) -> mode_t { umask(mask) }

private func posixConnect(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
    unsafe connect(descriptor, address, length)
}
