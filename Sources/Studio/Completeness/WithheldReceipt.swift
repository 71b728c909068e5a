package import Files
package import HTTPCalls

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
    package let index: UInt64

    /// Why there is no other half.
    package let reason: Reason

    private let file: OmissionFile

    /// Keeps the `proof` that does not list the entry at `index`.
    init(_ reason: Reason, of index: UInt64, leftOutOf proof: [UInt8]) {
        self.reason = reason
        self.index = index
        file = OmissionFile(proof, about: index, suffix: ".complete")
    }

    /// A name that says the entry, and that no other proof has.
    package var fileName: String { file.name }

    /// Writes the proof durably, unless it is there; what is there is never written over.
    package func write(in folder: Folder) throws(FileError) { try file.write(in: folder) }
}
