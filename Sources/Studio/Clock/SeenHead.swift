package import Checkpoints
package import Encoding
package import Files

/// The newest head that a PoP has verified: what it signs from then on is not older (record.md §4).
///
/// It lies in the spool's folder as `seen`, a signed note with no line more than it needs: it
/// travels with each record.
package struct SeenHead: Hashable, Sendable {
    /// The name of the file.
    package static let fileName = "seen"

    /// The signed note, as a manifest holds it.
    package let note: Text

    /// What it says of the log.
    package let checkpoint: Checkpoint

    /// When the first of its witnesses saw it, in POSIX seconds; nil where it has none.
    package let witnessedAt: UInt64?

    /// Reads a signed note.
    package init(_ bytes: [UInt8]) throws(SignedCheckpointError) {
        try self.init(SignedCheckpoint(parsing: bytes))
    }

    /// Takes a note that was read.
    init(_ signed: SignedCheckpoint) {
        guard let note = Text(utf8: signed.encoded) else {
            preconditionFailure("a signed note that was read is UTF-8 without U+0000")
        }
        self.note = note
        checkpoint = signed.claim
        witnessedAt = signed.cosignatures.compactMap { try? Cosignature($0.signature).time }.min()
    }

    /// Returns the head in the spool at `folder`; nil where it has seen none.
    ///
    /// - Parameter origin: the spool's ledger; a head of another is refused.
    package static func read(
        in folder: Folder, origin: Text?
    ) throws(SeenHeadError) -> SeenHead? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(fileName, limit: FileLimit.checkpoint)
        } catch {
            throw .file(error)
        }
        guard let bytes else { return nil }
        let path = folder.path(of: fileName)
        let head: SeenHead
        do throws(SignedCheckpointError) {
            head = try SeenHead(bytes)
        } catch {
            throw .damaged(path, error)
        }
        guard origin == nil || head.checkpoint.origin == origin else {
            throw .otherLedger(path, head.checkpoint.origin)
        }
        return head
    }
}

/// Why the newest head of a spool is not known, or not renewed.
package enum SeenHeadError: Error, Hashable {
    /// The system does not give the file out, or does not take it.
    case file(FileError)

    /// The file is no signed checkpoint. Remove it: the next sync gets another.
    case damaged(String, SignedCheckpointError)

    /// The file is a head of another ledger. Remove it, if this spool is meant.
    case otherLedger(String, Text)
}
