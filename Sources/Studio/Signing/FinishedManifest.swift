import Encoding
package import Files
package import Manifests

/// A finished manifest in a file: as it is, or inside a build service's envelope.
package struct FinishedManifest: Sendable {
    /// The manifest's bytes.
    package let bytes: [UInt8]

    /// What the manifest was inside, whose own signature was not checked; nil where in nothing.
    package let form: StatementEnvelope.Form?

    /// Reads the file at `path`.
    package init(_ path: String) throws(FinishedManifestError) {
        let file: [UInt8]
        do throws(FileError) {
            file = try InputFile(path).bytes(limit: StatementEnvelope.byteLimit)
        } catch {
            throw .unreadable(error)
        }
        guard !PlainText.isUTF16(file) else { throw .notUTF8(path) }
        do throws(EnvelopeError) {
            let envelope = try StatementEnvelope(file)
            bytes = envelope?.payload ?? file
            form = envelope?.form
        } catch {
            throw .envelope(path, error)
        }
        guard isStatement else { throw .noStatement(path) }
    }

    /// Whether the bytes are meant as a statement, right or wrong: nothing else gets a rule about
    /// the statement's members to read.
    private var isStatement: Bool {
        guard let value = try? JSON.decode(bytes) else { return true }
        return value["_type"] != nil || value["predicateType"] != nil
    }
}

/// Why no manifest was taken from a file.
package enum FinishedManifestError: Error, Hashable {
    /// The system does not give the file out.
    case unreadable(FileError)

    /// The file is UTF-16 text.
    case notUTF8(String)

    /// The file is an envelope without one manifest in it; the error says why.
    case envelope(String, EnvelopeError)

    /// The file is JSON, and nothing that is signed as it is.
    case noStatement(String)
}
