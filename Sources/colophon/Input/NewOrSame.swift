import Files
import Studio

/// Writes a file that may be there already, with the very same bytes and no others.
enum NewOrSame {
    /// Writes `bytes` to `path`, whole or not at all; false where they are there.
    ///
    /// A file with other bytes stays as it is.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) -> Bool {
        guard try NamedFile.isTaken(path) else {
            try NamedFile.write(bytes, to: path, .create)
            return true
        }
        guard try holds(path, bytes) else {
            throw .unwritable(
                path, "it exists already, and has something else in it", hint: advice)
        }
        return false
    }

    private static let advice = "name another file, or remove it"

    /// Whether the file at `path` has these bytes and no others; refuses what is no file.
    private static func holds(_ path: String, _ bytes: [UInt8]) throws(Failure) -> Bool {
        let status: FileStatus?
        do throws(FileError) {
            status = try NamedPath.status(path)
        } catch {
            throw Failure(reading: error)
        }
        guard let status else {
            throw .unwritable(path, "it is a link to nothing", hint: advice)
        }
        guard status.kind == .file else {
            let kind = FileError(path, .isKind(status.kind, wanted: .file))
            throw Failure(.usage, path, kind.words, hint: "name another file")
        }
        guard status.size == UInt64(bytes.count) else { return false }
        return try NamedFile.bytes(of: path, limit: bytes.count) == bytes
    }
}
