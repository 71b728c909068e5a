package import Encoding
import Files

/// The newest failure of a sync, as `DIR/last-error` keeps it for whoever asks (spool.md §4).
///
///     2026-11-29T04:12:00Z the ledger cannot be reached: nothing listens at ...
package struct SyncTrouble: Hashable, Sendable {
    /// The file's name in the spool's folder.
    package static let fileName = "last-error"

    /// When it was, in POSIX seconds, by this machine's clock.
    package let time: UInt64

    /// What it was, one line for a person.
    package let words: String

    /// Creates one.
    package init(_ words: String, at time: UInt64) {
        self.time = time
        self.words = String(SafeText.line(words).prefix(SyncLimit.troubleBytes / 8))
    }

    /// Reads that of a spool; nil where there is none, or where nothing failed last.
    package init?(of spool: Spool) throws(SpoolError) {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try spool.folder.read(Self.fileName, limit: SyncLimit.troubleBytes)
        } catch {
            throw .unreadable(error)
        }
        guard let bytes else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let time = UTC.seconds(String(parts[0])) else {
            // Somebody has written it: the words are told as they are.
            (self.time, words) = (0, SafeText.line(text))
            return
        }
        self.time = time
        words = SafeText.line(String(parts[1].prefix { $0 != "\n" }))
    }

    /// Keeps it in the place of the one before.
    package func keep(in spool: Spool) throws(SpoolError) {
        do throws(FileError) {
            try spool.folder.write(
                Array("\(UTC.text(time)) \(words)\n".utf8), to: Self.fileName,
                .replacing(.secret))
        } catch {
            throw .unwritable(error)
        }
    }

    /// Takes it that nothing is wrong any more.
    package static func clear(in spool: Spool) throws(SpoolError) {
        do throws(FileError) {
            try spool.folder.remove(fileName)
        } catch {
            throw .unwritable(error)
        }
    }
}
