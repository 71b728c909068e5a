import Encoding
import Files
import Studio

/// Reads the names of files from a list.
///
/// Names stand one a line, or with a NUL after each, as `find -print0` writes them: a name may hold
/// a line feed, and none holds a NUL. So a list with a NUL in it is never one of lines.
enum FileList {
    /// Returns the names in the file `source`, with all their bytes.
    static func read(_ source: String?) throws(Failure) -> [String] {
        guard let source else { return [] }
        let bytes = try NamedFile.bytes(of: source, limit: FileLimit.list)
        guard !PlainText.isUTF16(bytes) else {
            throw .unreadable(source, "is no list of names", hint: PlainText.advice)
        }
        if bytes.contains(0) { return bytes.split(separator: 0).map { NativeText.spelled($0) } }
        return PlainText.lines(of: bytes).split(separator: UInt8(ascii: "\n"))
            .map { NativeText.spelled($0) }
    }
}
