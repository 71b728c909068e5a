package import Ledger
package import Manifests
import Merkle
import Provenance

extension Registration {
    /// Why it was refused; nil where it is in the log.
    package var refusal: Refusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }

    /// Where its receipt says that it stands, or will stand.
    package var index: UInt64? {
        switch self {
        case .registered(_, let receipt), .known(_, let receipt):
            guard case .inclusion(let proof)? = try? Receipt(receipt).proof else { return nil }
            return proof.leafIndex
        case .unpublished(_, let index, _): return index
        case .refused: return nil
        }
    }

    /// Whether it was there before.
    package var isKnown: Bool {
        switch self {
        case .known, .unpublished(_, _, isKnown: true): true
        case .registered, .unpublished, .refused: false
        }
    }
}
