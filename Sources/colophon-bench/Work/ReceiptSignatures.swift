import Checkpoints
import Provenance

/// The signatures under receipts, and under the heads in them.
enum ReceiptSignatures {
    /// Returns each of them once.
    ///
    /// - Parameter linesOfEach: how many of the signatures of a head count: its ledger's is the
    ///   first.
    static func all(
        of receipts: [[UInt8]], linesOfEach: Int = SignedNote.maximumSignatureCount
    ) throws -> Set<[UInt8]> {
        var signed: Set<[UInt8]> = []
        for receipt in try receipts.map({ try Receipt($0) }) {
            signed.insert(receipt.signature)
            guard let note = receipt.note else { continue }
            try signed.formUnion(lines(of: note).prefix(linesOfEach))
        }
        return signed
    }

    /// The signatures of a head in their order: the ledger's is the first.
    static func lines(of note: [UInt8]) throws -> [[UInt8]] {
        try SignedNote(parsing: note).signatures.map(\.signature)
    }
}
