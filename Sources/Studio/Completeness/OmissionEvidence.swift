package import Files
package import Provenance

/// The file that shows to everybody that a ledger's index leaves out an entry of its log
/// (misbehaviour.md §6): the record of the entry without its manifest, which carries the proof that
/// does not list it.
package struct OmissionEvidence: Sendable {
    /// What the ledger is convicted of.
    package let conviction: IndexConviction

    private let file: OmissionFile

    /// Puts a record and a proof together; nil where they do not convict the ledger of `kit` of
    /// an omission.
    ///
    /// - Parameters:
    ///   - record: the record of the entry, with a receipt.
    ///   - complete: the proof that does not list it.
    package init?(_ record: [UInt8], leftOutOf complete: [UInt8], by kit: TrustKit) {
        guard var whole = try? TransparentStatement(record) else { return nil }
        whole.completes = [complete]
        // Everybody gets the file, and what the ledger serves beside the entry must not keep
        // anybody from making it: the leaf, its receipts and the proof convict.
        (whole.manifest, whole.issuers) = (nil, [])
        if whole.encoded().count > Limits.fileBytes { whole.anchors = [] }
        let bytes = whole.encoded()
        guard bytes.count <= Limits.fileBytes, let evidence = try? IndexEvidence(bytes),
            let conviction = try? IndexJudge(kit).convict(evidence, evidence),
            case .omission(let index, _) = conviction.kind
        else { return nil }
        self.conviction = conviction
        file = OmissionFile(bytes, about: index, suffix: ".misbehaviour")
    }

    /// Whether it convicts by this kit too: an older one may not know the key that signed it.
    package func convicts(by kit: TrustKit) -> Bool {
        guard let evidence = try? IndexEvidence(bytes) else { return false }
        return (try? IndexJudge(kit).convict(evidence, evidence)) != nil
    }

    /// The bytes of the record.
    package var bytes: [UInt8] { file.bytes }

    /// A name that says the entry, and that no other evidence has.
    package var fileName: String { file.name }

    /// Writes the file durably, unless it is there; what is there is never written over.
    package func write(in folder: Folder) throws(FileError) { try file.write(in: folder) }
}
