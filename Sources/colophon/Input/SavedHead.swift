import Checkpoints
import Encoding
import Files
import Provenance
import Studio

/// A head that somebody names for a proof: a number of entries, or a file with a checkpoint.
struct SavedHead {
    let name: NamedHead

    /// The record in which the checkpoint was found; its receipts may lend a signature.
    let record: TransparentStatement?

    /// The newest head of the log.
    static let newest = SavedHead(name: .newest, record: nil)

    private init(name: NamedHead, record: TransparentStatement?) {
        self.name = name
        self.record = record
    }

    /// Reads a number, or the checkpoint in a file: a signed note, a tlog-proof, or a record,
    /// whose newest receipt counts.
    ///
    /// - Parameter isAnyLog: whether the checkpoint may have further lines.
    init(_ text: String, isAnyLog: Bool) throws(Failure) {
        if let size = DecimalNumber.parse(text) {
            guard try !NamedFile.isTaken(text) else {
                throw .usage(
                    "\"\(text)\" is the name of a file, and a number of entries",
                    hint: "write \(ShellWord.quoted("./" + text)) for the file")
            }
            self.init(name: .size(size), record: nil)
            return
        }
        let bytes = try NamedFile.bytes(of: text, limit: FileLimit.colophon)
        if TransparentStatement.mayBegin(bytes) {
            let record = try NamedFile.record(text).content
            guard let signed = Self.newest(of: record) else {
                throw .no(
                    text, "has no receipt, and so no checkpoint",
                    hint: "colophon submit \(ShellWord.quoted(text)) gets one")
            }
            self.init(name: .saved(signed, file: text), record: record)
            return
        }
        if let proof = try? TLogProof(parsing: bytes) {
            self.init(name: .saved(proof.signed, file: text), record: nil)
            return
        }
        do throws(SignedCheckpointError) {
            let signed = try SignedCheckpoint(parsing: bytes, allowingExtensions: isAnyLog)
            self.init(name: .saved(signed, file: text), record: nil)
        } catch {
            throw .unreadable(
                text, "is no checkpoint",
                hint: "name a number of entries, a saved checkpoint, a record or a tlog-proof")
        }
    }

    private static func newest(of record: TransparentStatement) -> SignedCheckpoint? {
        record.receipts.compactMap { bytes in
            (try? Receipt(bytes))?.note.flatMap { try? SignedCheckpoint(parsing: $0) }
        }.max { $0.claim.size < $1.claim.size }
    }
}
