import Files
import Merkle
import Provenance
import Studio

/// The work that a list is asked about: of its file only the digest counts.
///
/// A file about works is refused. Nobody signs one, so "no entry names this file" would be true,
/// and would seem to be said of the work that it is about.
enum AskedWork {
    /// Returns the digest of the work at `path`.
    static func digest(of path: String, _ console: Console) throws(Failure) -> Hash {
        if try VerifiedPair.isRecord(path) {
            throw .unreadable(
                path, "is a record, and no work", hint: "name the work that it is about")
        }
        if try isProof(path) {
            throw .unreadable(
                path, "is a proof of completeness, and no work",
                hint: "colophon verify --complete \(ShellWord.quoted(path)) says what it shows")
        }
        if try isKit(path) {
            throw .unreadable(
                path, "is a trust kit, and no work", hint: "--trust KIT is how a kit is named")
        }
        let digest = try NamedFile.work(path, console).digest
        guard digest != Hash.sha256([]) else {
            throw .unreadable(path, "is empty", hint: "look for another copy of the work")
        }
        return digest
    }

    private static func isProof(_ path: String) throws(Failure) -> Bool {
        if try isNamed(path, CompleteProof.fileSuffix) { return true }
        return try holds(path) { bytes in (try? CompleteProof(bytes)) != nil }
    }

    private static func isKit(_ path: String) throws(Failure) -> Bool {
        if try isNamed(path, TrustKit.Files.suffix) { return true }
        return try holds(path) { bytes in (try? TrustKit.Files(oneFile: bytes)) != nil }
    }

    /// Whether a file is something else by its name, and no work by a record that lies beside it.
    private static func isNamed(_ path: String, _ suffix: String) throws(Failure) -> Bool {
        guard path.hasSuffix(suffix) else { return false }
        return try !NamedFile.isTaken(path + RecordFile.suffix)
    }

    /// Whether a file that begins as CBOR of an array or a map does, and is no larger than a
    /// record, holds something; JPEG, sound and text do not begin so, and PNG is told by its second
    /// byte.
    private static func holds(
        _ path: String, _ something: ([UInt8]) -> Bool
    ) throws(Failure) -> Bool {
        let mayHold = try NamedFile.begins(path) { start in
            start != [0x89, 0x50] && start.first.map { (0x80...0xBF).contains($0) } ?? false
        }
        guard mayHold else { return false }
        return try something(NamedFile.bytes(of: path, limit: FileLimit.colophon))
    }
}
