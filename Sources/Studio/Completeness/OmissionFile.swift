import Encoding
import Files
import Merkle
import Provenance

/// A file about an entry that an index leaves out, whose name no other content has.
struct OmissionFile: Sendable {
    /// The bytes of the file.
    let bytes: [UInt8]

    /// A name that says the entry.
    let name: String

    /// - Parameters:
    ///   - index: the place of the entry in the log.
    ///   - suffix: how the name ends, with its dot.
    init(_ bytes: [UInt8], about index: UInt64, suffix: String) {
        self.bytes = bytes
        let digest = Hex.encode(Hash.sha256(bytes).bytes.prefix(8))
        name = "omission-\(index)-\(digest)\(suffix)"
    }

    /// Writes the file durably, unless it is there; what is there is never written over.
    func write(in folder: Folder) throws(FileError) {
        do throws(FileError) {
            try folder.write(bytes, to: name, .new(.secret))
        } catch {
            guard error.reason == .exists,
                try folder.read(name, limit: Limits.fileBytes) == bytes
            else { throw error }
        }
    }
}
