import Checkpoints
import Encoding
import IndexMap
import Merkle

/// Judges by a trust kit whether two files convict its ledger of a wrong index (misbehaviour.md
/// §6).
///
/// Only what the ledger has signed counts: a head that its own key has signed and that is logged,
/// an entry with a receipt. So nobody can convict a ledger without its keys.
public struct IndexJudge: Sendable {
    private let verifier: Verifier

    /// Prepares to judge the ledger of `kit`.
    public init(_ kit: TrustKit) {
        verifier = Verifier(kit)
    }

    /// Returns what the files show, taken together; the same file may be given twice.
    ///
    /// Throws why they convict nobody.
    public func convict(
        _ one: IndexEvidence, _ other: IndexEvidence
    ) throws(IndexAcquittal) -> IndexConviction {
        let found = LoggedEvidence(of: [one, other], by: verifier)
        guard let contradiction = found.contradiction else {
            throw found.heads.isEmpty
                ? .noHead(found.reason ?? found.unread) : .consistent(unread: found.unread)
        }
        return IndexConviction(
            origin: verifier.kit.origin.text, kind: contradiction.kind,
            heads: contradiction.heads, suspectFrom: contradiction.suspectFrom)
    }
}

/// Why files convict no ledger of a wrong index.
public enum IndexAcquittal: Error, Hashable, Sendable {
    /// No index head in them is shown to be logged by the kit's ledger, for this reason.
    case noHead(String?)

    /// Nothing in them contradicts anything else; of what a record carries something may be unread,
    /// for this reason.
    case consistent(unread: String?)
}

extension IndexAcquittal: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .noHead(nil): "there is no index head in them"
        case .noHead(let reason?):
            "no index head in them is shown to be logged by this kit's ledger: \(reason)"
        case .consistent(nil):
            "nothing in them that this kit's ledger has signed contradicts anything else"
        case .consistent(let unread?):
            "nothing that was read contradicts anything else; \(unread)"
        }
    }
}
