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
        guard try NamedFile.bytes(of: path, limit: max(bytes.count, leastLimit)) == bytes else {
            throw .unwritable(
                path, "it exists already, and has something else in it",
                hint: "name another file, or remove it")
        }
        return false
    }

    /// A file that is a little longer is read too, to say that it has something else in it.
    private static let leastLimit = 16 << 20
}
