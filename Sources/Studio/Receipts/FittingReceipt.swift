package import Checkpoints
package import Encoding
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

/// The bytes are all that there is to a receipt.
extension FittingReceipt: Hashable {
    package static func == (one: FittingReceipt, other: FittingReceipt) -> Bool {
        one.bytes == other.bytes && one.index == other.index && one.head == other.head
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
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

    /// It is of the first ledger, and the record is for the second.
    case otherOrigin(Text, Text)

    /// It puts the entry elsewhere than a receipt that the file has: keep both.
    case otherIndex(UInt64, UInt64)

    /// The ledger has signed another tree of a size that the file has, so it shows two logs: keep
    /// both.
    case twoTrees(UInt64)

    /// The ledger cannot show that the tree of the second size extends that of the first, of which
    /// one is the file's: keep both.
    case notExtended(UInt64, by: UInt64)

    /// The trust kit finds it false, or does not know its keys: then a newer kit may.
    case unproven(String, isUnknown: Bool)

    /// The reason in words.
    package var description: String {
        switch self {
        case .malformed(let refusal): "\(refusal)"
        case .notAnInclusion: "it is not about an entry"
        case .noCheckpoint: "it carries no checkpoint"
        case .wrongProof: "its proof does not lead to its checkpoint"
        case .otherOrigin(let one, let other): "it is of the ledger \(one), not of \(other)"
        case .otherIndex(let one, let other):
            "it gives position \(one), where the file's own gives \(other)"
        case .twoTrees(let size): "the ledger has signed two trees of size \(size)"
        case .notExtended(let old, let new):
            "the ledger cannot show that the tree of \(new) extends the tree of \(old)"
        case .unproven(let words, let isUnknown):
            isUnknown ? "the trust kit does not prove it: \(words)" : "by the trust kit \(words)"
        }
    }
}
