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
        var found = LoggedEvidence(by: verifier)
        found.take(one)
        found.take(other)
        guard !found.heads.isEmpty else { throw .noHead(found.reason) }
        let origin = verifier.kit.origin.text
        guard let (kind, heads) = found.contradiction else { throw .consistent }
        return IndexConviction(origin: origin, kind: kind, heads: heads)
    }
}

/// Why files convict no ledger of a wrong index.
public enum IndexAcquittal: Error, Hashable, Sendable {
    /// No index head in them is shown to be logged by the kit's ledger, for this reason.
    case noHead(String?)

    /// Nothing in them contradicts anything else.
    case consistent
}

extension IndexAcquittal: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .noHead(nil): "there is no index head in them"
        case .noHead(let reason?):
            "no index head in them is shown to be logged by this kit's ledger: \(reason)"
        case .consistent:
            "nothing in them that this kit's ledger has signed contradicts anything else"
        }
    }
}
