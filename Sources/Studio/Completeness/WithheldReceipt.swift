package import Files
package import HTTPCalls
import Provenance

/// An entry that an index leaves out, of which the ledger gives nothing that would convict it: its
/// signed proof that does not list the entry is half of the evidence.
package struct WithheldReceipt: Sendable {
    /// Why there is no other half.
    package enum Reason: Hashable, Sendable {
        /// The ledger says that it has no such entry, or no receipt of it.
        case noReceipt

        /// The ledger says that the receipt follows.
        case receiptFollows

        /// The ledger gave no answer, or none that can be used.
        case failed(CallError)

        /// What it gave, together with the proof, convicts nobody, or is too long for a file.
        case notUsable
    }

    /// The place of the entry in the log.
    package var index: UInt64 { omission.entry }

    /// Why there is no other half.
    package let reason: Reason

    /// A name that says the entry and what was found of it: the same finding has the same name.
    package var fileName: String { file.name }

    private let omission: Omission
    private let file: OmissionFile

    /// Keeps the `proof` that shows one half of an omission.
    init(_ reason: Reason, of omission: Omission, shownBy proof: [UInt8]) {
        self.reason = reason
        self.omission = omission
        file = OmissionFile(proof, of: omission, .complete) { other in
            guard let proof = try? CompleteProof(other) else { return false }
            return omission.isShown(by: proof)
        }
    }

    /// Writes the proof durably, unless one that shows the same is there.
    package func keep(in folder: OmissionFolder) throws(FileError) -> OmissionFolder.Outcome {
        try folder.keep(file)
    }
}
