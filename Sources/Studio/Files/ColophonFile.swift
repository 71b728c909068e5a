import Files
import Manifests
package import Provenance

/// A `.colophon` file that could be read and parsed.
package struct ColophonFile {
    package let path: String
    package let bytes: [UInt8]
    package var content: TransparentStatement

    package init(_ path: String) throws(Failure) {
        self.path = path
        bytes = try Self.bytes(path)
        do throws(Refusal) {
            content = try TransparentStatement(bytes)
        } catch {
            throw .no(path, "is not a .colophon file: \(error)")
        }
    }

    /// Reads a file; an empty one is unreadable, not false (commands.md §6).
    package static func bytes(_ path: String) throws(Failure) -> [UInt8] {
        let bytes = try InputFile.bytes(of: path, limit: FileLimit.colophon)
        guard !bytes.isEmpty else { throw .unreadable(path, "is empty") }
        return bytes
    }
}
