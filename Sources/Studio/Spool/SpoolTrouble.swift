import Encoding
import Files

/// Why the last sync of a spool did not do all that it was asked for (spool.md §1).
///
/// It is for people, in the file `trouble`: the time on the first line, words on the second.
package struct SpoolTrouble: Hashable, Sendable {
    /// When it was, in POSIX seconds.
    package let at: UInt64

    /// What it was, on one line.
    package let words: String

    /// Creates a trouble.
    package init(at: UInt64, words: String) {
        self.at = at
        self.words = words
    }

    /// A sentence and a hint; longer words are cut.
    private static let byteLimit = 4 << 10

    private static let fileName = "trouble"

    /// What the last sync left in `spool`; nil where it left nothing.
    package static func last(in spool: Spool) throws(SpoolError) -> SpoolTrouble? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try spool.folder.read(fileName, limit: byteLimit)
        } catch {
            throw .unreadable(error)
        }
        guard let bytes else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, let at = UInt64(lines[0]) else {
            return SpoolTrouble(at: 0, words: String(decoding: bytes, as: UTF8.self))
        }
        return SpoolTrouble(at: at, words: String(lines[1]))
    }

    /// Keeps it in `spool`, in the place of the one before.
    package func keep(in spool: Spool) throws(SpoolError) {
        let text = "\(at)\n\(SafeText.line(words))\n"
        do throws(FileError) {
            try spool.folder.write(
                Array(text.utf8.prefix(Self.byteLimit)), to: Self.fileName, .replacing(.secret))
        } catch {
            throw .unwritable(error)
        }
    }

    /// Removes what the last sync left: this one did all that it was asked for.
    package static func clear(in spool: Spool) throws(SpoolError) {
        do throws(FileError) {
            try spool.folder.remove(fileName)
        } catch {
            throw .unwritable(error)
        }
    }
}
