import Provenance

/// A file about an entry that an index leaves out.
///
/// It is named by what it shows, and not by its bytes: the receipts in it are new each time that
/// the ledger is asked, and a look that finds the same makes no second file.
struct OmissionFile: Sendable {
    /// How the name of every such file begins.
    static let prefix = "omission-"

    /// How the name ends, with its dot.
    enum Suffix: String {
        /// A record and the proof that does not list it: they convict.
        case misbehaviour = ".misbehaviour"

        /// The proof alone.
        case complete = ".complete"
    }

    /// The bytes of the file.
    let bytes: [UInt8]

    /// A name that says the entry, and what was found of it.
    let name: String

    /// Files about omissions that convict or not, as this one does.
    let kind: KeptFiles

    /// Whether a file with other bytes shows the same finding.
    let isSame: @Sendable ([UInt8]) -> Bool

    /// - Parameter isSame: whether a file with these bytes shows the same finding.
    init(
        _ bytes: [UInt8], of omission: Omission, _ suffix: Suffix,
        isSame: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.bytes = bytes
        self.isSame = isSame
        kind = KeptFiles(prefix: Self.prefix, suffix: suffix.rawValue)
        name = "\(Self.prefix)\(omission.entry)-\(omission.digits)\(suffix.rawValue)"
    }
}
