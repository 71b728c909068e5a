// The one file of this target that calls the C library with pointers; each call gets memory that
// Swift owns for the length of the call.

import Foundation

/// Files that others read while they are replaced, and that survive a power loss whole.
public enum DurableFile {
    /// Writes `bytes` to `path`, so that every moment shows the old contents or the new.
    ///
    /// The file is on disk when this returns; its name only after ``synchronize(folder:)``. A
    /// crash before the rename leaves `path.tmp`, which the next write of the same file replaces
    /// and nobody reads. Everybody may read the file, whatever the process's umask.
    public static func write(_ bytes: [UInt8], to path: String) throws(StaticLogError) {
        let temporary = path + ".tmp"
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(0o644))
        guard file >= 0 else { throw failure(temporary) }
        do throws(StaticLogError) {
            defer { close(file) }
            guard fchmod(file, mode_t(0o644)) == 0 else { throw failure(temporary) }
            try fill(file, with: bytes, temporary)
            guard fsync(file) == 0 else { throw failure(temporary) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
    }

    /// Returns the contents of `path`, at most `limit` bytes; nil where there is no such file.
    public static func read(_ path: String, limit: Int) throws(StaticLogError) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure(path)
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(path) }
        guard status.st_size <= limit else {
            throw .malformed(path: path, rule: "must not exceed \(limit) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { all in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: all[position...])
                return unsafe Foundation.read(file, rest.baseAddress, rest.count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw failure(path)
            }
            guard count > 0 else { return Array(bytes[..<position]) }
            position += count
        }
        return bytes
    }

    /// Makes the names in `folder` as durable as the files' contents.
    public static func synchronize(folder: String) throws(StaticLogError) {
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure(folder) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure(folder) }
    }

    /// Makes `folder`, and those above it, where they are missing; everybody may read new ones.
    public static func makeFolder(_ folder: String) throws(StaticLogError) {
        guard !folder.isEmpty, unsafe mkdir(folder, mode_t(0o755)) != 0 else {
            _ = unsafe chmod(folder, mode_t(0o755))
            return
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            let above = parent(of: folder)
            guard above != folder else { throw failure(folder) }
            try makeFolder(above)
            try makeFolder(folder)
        default: throw failure(folder)
        }
    }

    /// Removes a file; one that is not there is no error.
    public static func remove(_ path: String) throws(StaticLogError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw failure(path)
        }
    }

    /// Returns the folder that holds `path`.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func fill(
        _ file: Int32, with bytes: [UInt8], _ path: String
    ) throws(StaticLogError) {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[position...])
                return unsafe Foundation.write(file, rest.baseAddress, rest.count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw failure(path)
            }
            position += count
        }
    }

    /// Says what the system said.
    private static func failure(_ path: String) -> StaticLogError {
        let code = errno
        guard let text = unsafe strerror(code) else {
            return .file(path: path, reason: "error \(code)")
        }
        let words = unsafe String(cString: text)
        return .file(path: path, reason: words.prefix(1).lowercased() + words.dropFirst())
    }
}
