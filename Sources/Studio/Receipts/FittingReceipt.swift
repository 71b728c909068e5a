package import Checkpoints
package import Manifests
import Merkle
package import Provenance

/// A receipt that is about one statement, by its own arithmetic.
///
/// Who signed it is not checked here, for that takes a trust kit; but a receipt that cannot
/// prove the statement to anybody is not stored.
package struct FittingReceipt: Sendable {
    /// The receipt as the ledger gave it.
    package let bytes: [UInt8]

    /// What it says.
    package let receipt: Receipt

    /// Position of the statement in the log.
    package let index: UInt64

    /// The head that its proof leads to.
    package let head: Checkpoint

    /// Reads a receipt, and follows its proof from the statement to its checkpoint.
    package init(_ bytes: [UInt8], for statement: Statement) throws(ReceiptError) {
        do throws(Refusal) {
            receipt = try Receipt(bytes)
        } catch {
            throw .malformed(error)
        }
        self.bytes = bytes
        guard case .inclusion(let proof) = receipt.proof else { throw .notAnInclusion }
        index = proof.leafIndex
        guard let note = receipt.note, let head = try? SignedCheckpoint(parsing: note).claim else {
            throw .noCheckpoint
        }
        let root = proof.root(from: .leaf(statement.leaf))
        guard head.root == root, head.size == proof.treeSize, head.origin == receipt.origin else {
            throw .wrongProof
        }
        self.head = head
    }
}

/// Why a ledger's receipt proves nothing about a statement.
///
/// The record stays as it was: submit it again.
package enum ReceiptError: Error, Hashable, CustomStringConvertible {
    /// It is no receipt; the refusal names the part.
    case malformed(Refusal)

    /// It is about two heads, not about an entry.
    case notAnInclusion

    /// It carries no checkpoint that could be read.
    case noCheckpoint

    /// Its proof leads elsewhere than to its checkpoint.
    case wrongProof

    /// The reason in words.
    package var description: String {
        switch self {
        case .malformed(let refusal): "\(refusal)"
        case .notAnInclusion: "it is not about an entry"
        case .noCheckpoint: "it carries no checkpoint"
        case .wrongProof: "its proof does not lead to its checkpoint"
        }
    }
}
