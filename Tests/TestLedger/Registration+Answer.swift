package import Ledger
package import Manifests
import Merkle
import Provenance

extension Registration {
    /// Why it was refused; nil where it is in the log.
    package var refusal: Refusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }

    /// Where its receipt says that it stands.
    package var index: UInt64? {
        switch self {
        case .registered(_, let receipt), .known(_, let receipt):
            guard case .inclusion(let proof)? = try? Receipt(receipt).proof else { return nil }
            return proof.leafIndex
        case .refused: return nil
        }
    }

    /// Whether it was there before.
    package var isKnown: Bool {
        if case .known = self { true } else { false }
    }
}
