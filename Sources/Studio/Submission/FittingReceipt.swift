import Checkpoints
import Manifests
import Merkle
package import Provenance

/// A receipt that is about this statement, by its own arithmetic.
///
/// Who signed it is not checked here, for that takes a trust kit; but a receipt that cannot
/// prove the statement to anybody is not stored.
package struct FittingReceipt {
    package let bytes: [UInt8]
    package let receipt: Receipt

    /// Position of the statement in the log.
    package let index: UInt64

    package init(_ bytes: [UInt8], for file: ColophonFile) throws(Failure) {
        do throws(Refusal) {
            receipt = try Receipt(bytes)
        } catch {
            throw Self.failure(file, "\(error)")
        }
        self.bytes = bytes
        guard case .inclusion(let proof) = receipt.proof else {
            throw Self.failure(file, "it is not about an entry")
        }
        index = proof.leafIndex
        guard let text = receipt.note, let note = try? SignedNote(parsing: text),
            let head = try? Checkpoint(parsing: note.text)
        else {
            throw Self.failure(file, "it carries no checkpoint")
        }
        let root = proof.root(from: .leaf(file.content.statement.leaf))
        guard head.root == root, head.size == proof.treeSize, head.origin == receipt.origin else {
            throw Self.failure(file, "its proof does not lead to its checkpoint")
        }
    }

    private static func failure(_ file: ColophonFile, _ reason: String) -> Failure {
        Failure(
            .tryAgain, file.path, "the ledger gave a receipt that proves nothing: \(reason)",
            hint: "the file stays as it was")
    }
}
