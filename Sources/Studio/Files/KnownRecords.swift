import Encoding
import Files
import Merkle

/// Records that are read more than once for one answer: each has the same bytes every time.
///
/// Their bytes are not kept, for there may be any number of records: their digests are.
package final class KnownRecords {
    private var digests: [Text: Hash] = [:]

    /// Creates a reader that has read nothing.
    package init() {}

    /// Returns the bytes of the record at `path`, whatever they hold.
    ///
    /// - Throws: why they cannot be read; ``FileError/Reason/changed`` where they are not those
    ///   that were read before.
    package func bytes(of path: String) throws(RecordFileError) -> [UInt8] {
        let bytes = try RecordFile.bytes(path)
        let digest = Hash.sha256(bytes)
        guard digests[Text(path), default: digest] == digest else {
            throw .unreadable(FileError(path, .changed))
        }
        digests[Text(path)] = digest
        return bytes
    }
}
