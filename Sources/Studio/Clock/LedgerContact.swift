import Encoding
package import Files

/// When a spool's ledger has last answered: the file `answered` in the spool's folder.
///
///     POSIX seconds in decimal   LF
package enum LedgerContact {
    /// The name of the file.
    package static let fileName = "answered"

    /// Twenty digits and a line feed.
    private static let byteLimit = 32

    /// Writes down that the ledger has answered at `time`, in POSIX seconds.
    package static func note(at time: UInt64 = UTC.now, in folder: Folder) throws(FileError) {
        try folder.write(Array("\(time)\n".utf8), to: fileName, .replacing(.secret))
    }

    /// When it has; nil where it never did, or where the file is damaged: the next answer mends it.
    package static func last(in folder: Folder) throws(FileError) -> UInt64? {
        guard let bytes = try folder.read(fileName, limit: byteLimit) else { return nil }
        return UInt64(String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self))
    }
}
