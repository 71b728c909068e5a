import Checkpoints
package import LedgerStore
import Manifests
import Merkle
package import Provenance

extension Ledger {
    /// The ledger as of the newest head that anyone may see.
    package func moment() throws(LedgerError) -> LedgerMoment {
        guard let (store, view) = published.newest else { throw unmetQuorum }
        return try LedgerMoment(store, view)
    }

    /// An entry in the tree of a moment, with the log's own line as all that its receipt has of
    /// signatures of the head; nil where it is not among the entries of that, or is an index head.
    package func entry(
        _ id: EntryID, in moment: LedgerMoment
    ) throws(LedgerError) -> LedgerMoment.Entry? {
        let store = moment.store
        guard let index = try store.index(of: id.hash), index < moment.size else { return nil }
        guard try store.indexHead(ifAt: index) == nil else { return nil }
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
