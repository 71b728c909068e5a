// The one file of this program that calls the C library with pointers. Each function below
// passes memory that Swift owns for the length of the call, and never more of it than there is.

import Foundation

/// What the system answered where it did not do what it was asked.
struct SystemError: Error, Hashable {
    /// The value of `errno`.
    let code: Int32

    /// The system's words for it, with a small first letter.
    var reason: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        let words = unsafe String(cString: text)
        return words.prefix(1).lowercased() + words.dropFirst()
    }

    static var current: SystemError { SystemError(code: errno) }
}

/// What the system knows of a file without reading it.
struct FileStatus {
    enum Kind { case file, folder, other }

    let kind: Kind
    let size: UInt64
    let mode: UInt32
    let owner: UInt32
    let group: UInt32

    /// Seconds since 1970 at the last change of the contents.
    let modified: Int64

    fileprivate init(_ status: stat) {
        switch UInt32(status.st_mode) & UInt32(S_IFMT) {
        case UInt32(S_IFREG): kind = .file
        case UInt32(S_IFDIR): kind = .folder
        default: kind = .other
        }
        size = UInt64(max(0, status.st_size))
        mode = UInt32(status.st_mode) & 0o7777
        owner = status.st_uid
        group = status.st_gid
        #if canImport(Darwin)
            modified = Int64(status.st_mtimespec.tv_sec)
        #else
            modified = Int64(status.st_mtim.tv_sec)
        #endif
    }

    /// Asks about `path`, following links.
    init(ofPath path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .current }
        self.init(status)
    }
}

/// An open file, closed when the value ends.
struct Descriptor: ~Copyable {
    private let number: Int32

    /// How a file is opened.
    enum Purpose {
        /// To read; opening a pipe does not wait for a writer.
        case read

        /// To write a file that must not exist yet, with these permissions.
        case create(mode: UInt32)
    }

    init(_ path: String, _ purpose: Purpose) throws(SystemError) {
        let opened =
            switch purpose {
            case .read: unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            case .create(let mode):
                unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
            }
        guard opened >= 0 else { throw .current }
        number = opened
    }

    deinit {
        _ = close(number)
    }

    func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .current }
        return FileStatus(status)
    }

    /// Fills `buffer` from its start and returns how many bytes came; 0 at the end.
    func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe posixRead(number, bytes.baseAddress, bytes.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .current }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        try writeAll(bytes, to: number)
    }

    /// Waits until contents and metadata are on the disk.
    func synchronize() throws(SystemError) {
        guard fsync(number) == 0 else { throw .current }
    }

    func setMode(_ mode: UInt32) throws(SystemError) {
        guard fchmod(number, mode_t(mode)) == 0 else { throw .current }
    }

    func setOwner(_ owner: UInt32, group: UInt32) throws(SystemError) {
        guard fchown(number, owner, group) == 0 else { throw .current }
    }

    /// Tells the system that the file is read once, from its start to its end.
    func willReadSequentially() {
        #if os(Linux)
            _ = posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
        #endif
    }
}

/// Operations on paths.
enum Paths {
    static func rename(_ from: String, to: String) throws(SystemError) {
        guard posixRename(from, to) == 0 else { throw .current }
    }

    static func link(_ from: String, to: String) throws(SystemError) {
        guard posixLink(from, to) == 0 else { throw .current }
    }

    static func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 else { throw .current }
    }

    /// Whether something, if only a broken link, has this name.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Whether new files can be made in `folder`.
    static func canCreate(in folder: String) -> Bool {
        unsafe access(folder, W_OK | X_OK) == 0
    }

    /// Returns `path` with all links followed; nil where it does not exist.
    static func resolved(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}

/// The streams every program has.
enum Streams {
    static let input: Int32 = STDIN_FILENO
    static let output: Int32 = STDOUT_FILENO
    static let error: Int32 = STDERR_FILENO

    static func isTerminal(_ stream: Int32) -> Bool { isatty(stream) == 1 }

    static func write(_ bytes: [UInt8], to stream: Int32) throws(SystemError) {
        try writeAll(bytes, to: stream)
    }

    /// Reads standard input to its end; nil where it holds more than `limit` bytes.
    static func input(limit: Int) throws(SystemError) -> [UInt8]? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe posixRead(STDIN_FILENO, bytes.baseAddress, bytes.count)
            }
            if count == 0 { return all }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .current
            }
            all += buffer.prefix(count)
            guard all.count <= limit else { return nil }
        }
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    var position = 0
    while position < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { all in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[position...])
            return unsafe posixWrite(descriptor, rest.baseAddress, rest.count)
        }
        guard count >= 0 else {
            if errno == EINTR { continue }
            throw .current
        }
        position += count
    }
}

// The members above have the C functions' names and would hide them.
private func posixRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(file, bytes, count)
}

private func posixWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(file, bytes, count)
}

private func posixRename(_ from: String, _ to: String) -> Int32 {
    unsafe rename(from, to)
}

private func posixLink(_ from: String, _ to: String) -> Int32 {
    unsafe link(from, to)
}
