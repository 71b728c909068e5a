import Checkpoints
package import Encoding
import Provenance

/// The signed checkpoints of a log that somebody saved, whatever they are in: a signed note, a
/// tlog-proof, or a record, whose receipts carry theirs.
package struct SavedNotes: Sendable {
    /// The notes, none of them verified, and no two alike.
    package let notes: [[UInt8]]

    /// Reads what may be one of these; nil where it is none, or has none of this log.
    ///
    /// - Parameter origin: the log; a record may have receipts of others, which are passed over.
    package init?(_ bytes: [UInt8], of origin: Text) {
        var notes = Self.all(in: bytes)
        if TransparentStatement.mayBegin(bytes) {
            notes.removeAll { Self.origin(of: $0) != origin }
        }
        guard !notes.isEmpty else { return nil }
        var distinct: [[UInt8]] = []
        for note in notes where !distinct.contains(note) { distinct.append(note) }
        self.notes = distinct
    }

    private static func all(in bytes: [UInt8]) -> [[UInt8]] {
        if TransparentStatement.mayBegin(bytes) {
            guard let record = try? TransparentStatement(bytes) else { return [] }
            let anchors = record.anchors.compactMap { try? Anchor($0) }.map(\.checkpoint)
            return record.receipts.compactMap { try? Receipt($0).note } + anchors
        }
        if let proof = try? TLogProof(parsing: bytes) { return [proof.signed.encoded] }
        return origin(of: bytes) == nil ? [] : [bytes]
    }

    private static func origin(of note: [UInt8]) -> Text? {
        (try? SignedCheckpoint(parsing: note, allowingExtensions: true))?.claim.origin
    }
}
