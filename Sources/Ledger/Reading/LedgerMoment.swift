import Checkpoints
package import LedgerStore
import Manifests
package import Merkle
package import Provenance

/// A ledger as of one head that anyone may see.
///
/// Every proof that it gives is in the tree of that head, however the log grows meanwhile: so all
/// of them stand on one signature.
package struct LedgerMoment: Sendable {
    /// An entry, and its place in the tree.
    package struct Entry: Sendable {
        /// Its statement, its manifest where that is there, and one receipt.
        package let record: TransparentStatement

        /// The path to the root of the head.
        package let proof: InclusionProof
    }

    let store: Store
    let view: PublishedView
    let receipt: HeadReceipt

    init(_ store: Store, _ view: PublishedView) throws(LedgerError) {
        guard let receipt = view.head.receipt else {
            throw .corrupt("no head was ever signed")
        }
        (self.store, self.view, self.receipt) = (store, view, receipt)
    }

    /// Number of entries.
    package var size: UInt64 { view.head.size }

    /// Number of control statements, from which keys, policy and erasures follow.
    package var controlCount: UInt64 { view.registry.sequence }

    var tree: PublishedTree { view.tree(in: store) }
}

extension Ledger {
    /// The ledger as of the newest head that anyone may see.
    package func moment() throws(LedgerError) -> LedgerMoment {
        guard let (store, view) = published.newest else { throw unmetQuorum }
        return try LedgerMoment(store, view)
    }

    /// An entry in the tree of a moment, with the log's own line as all that its receipt has of
    /// signatures of the head; nil where it is not among the entries of that.
    package func entry(
        _ id: EntryID, in moment: LedgerMoment
    ) throws(LedgerError) -> LedgerMoment.Entry? {
        let store = moment.store
        guard let index = try store.index(of: id.hash), index < moment.size else { return nil }
        let statement = try store.statement(at: index)
        guard statement.id == id else { throw Self.damaged(index) }
        var manifest: [UInt8]?
        if statement.controlManifest == nil, case .present(let bytes, _)? = try self.manifest(id) {
            manifest = bytes
        }
        let proof = try moment.tree.inclusion(of: index)
        do {
            var record = try TransparentStatement(statement, manifest: manifest)
            record.receipts = [try moment.receipt.byTheLog(origin).receipt(proof)]
            return LedgerMoment.Entry(record: record, proof: proof)
        } catch {
            throw .corrupt("entry \(index) cannot be written as a file: \(error)")
        }
    }
}

extension HeadReceipt {
    /// The same without the lines of others: each costs whoever reads it a signature check.
    fileprivate func byTheLog(_ origin: Origin) throws -> HeadReceipt {
        let all = try SignedNote(parsing: note)
        let own = all.signatures.filter { $0.name == origin.text }
        return HeadReceipt(
            protected: protected, signature: signature,
            note: try SignedNote(text: all.text, signatures: own).encoded)
    }
}
