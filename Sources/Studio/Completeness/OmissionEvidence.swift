package import Files
package import Provenance

/// The file that shows to everybody that a ledger's index leaves out an entry of its log
/// (misbehaviour.md §6): the record of the entry without its manifest, which carries the proof that
/// does not list it.
package struct OmissionEvidence: Sendable {
    /// What the ledger is convicted of.
    package let conviction: IndexConviction

    private let file: OmissionFile

    /// The bytes of the record.
    package var bytes: [UInt8] { file.bytes }

    /// A name that says the entry and what was found of it: the same finding has the same name.
    package var fileName: String { file.name }

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
        guard bytes.count <= Limits.fileBytes, let conviction = Self.conviction(by: bytes, kit),
            let omission = Omission(conviction)
        else { return nil }
        self.conviction = conviction
        file = OmissionFile(bytes, of: omission, .misbehaviour) { other in
            Self.conviction(by: other, kit).flatMap { Omission($0) } == omission
        }
    }

    /// Whether it convicts by this kit too: an older one may not know the key that signed it.
    package func convicts(by kit: TrustKit) -> Bool { Self.conviction(by: bytes, kit) != nil }

    /// What a file convicts the ledger of `kit` of; nil where it convicts it of nothing.
    private static func conviction(by bytes: [UInt8], _ kit: TrustKit) -> IndexConviction? {
        guard let evidence = try? IndexEvidence(bytes) else { return nil }
        return try? IndexJudge(kit).convict(evidence, evidence)
    }

    /// Writes the file durably, unless one that shows the same is there.
    package func keep(in folder: OmissionFolder) throws(FileError) -> OmissionFolder.Outcome {
        try folder.keep(file)
    }
}
