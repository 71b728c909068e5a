import Checkpoints
import Encoding
package import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance

/// Proves that the head a PoP had seen before it signed is older than the entry (record.md §4).
enum SeenProof {
    /// Returns the consistency receipt from the seen head to that of `receipt`; nil where
    /// the manifest names none, or where none is needed.
    ///
    /// One signature of a head serves every proof about it, so the receipt is put together from
    /// the protected header and signature at hand and from the ledger's `/consistency`.
    ///
    /// Where the ledger has failed before, that is the answer for this record too.
    static func receipt(
        for receipt: FittingReceipt, in record: TransparentStatement, _ client: LedgerClient,
        unless earlier: CallError?
    ) async throws(SeenProofError) -> [UInt8]? {
        guard let seen = head(before: receipt, in: record) else { return nil }
        if let earlier { throw .ledger(earlier) }
        let path: [Hash]
        do throws(CallError) {
            path = try await client.consistency(from: seen.size, to: receipt.head.size)
        } catch {
            throw .ledger(error)
        }
        return try Self.receipt(for: receipt, from: seen, path)
    }

    /// Returns the head that a record says was seen, where a receipt of it needs a proof that this
    /// head is older.
    static func head(
        before receipt: FittingReceipt, in record: TransparentStatement
    ) -> Checkpoint? {
        guard let seen = head(of: record), seen.origin == receipt.receipt.origin, seen.size > 0,
            seen.size < receipt.head.size, !hasProof(record, from: seen.size)
        else { return nil }
        return seen
    }

    /// Puts the consistency receipt from the seen head to that of `receipt` together from the
    /// hashes that the ledger gave.
    static func receipt(
        for receipt: FittingReceipt, from seen: Checkpoint, _ path: [Hash]
    ) throws(SeenProofError) -> [UInt8] {
        let new = receipt.head
        do throws(ProofError) {
            let proof = try ConsistencyProof(oldSize: seen.size, newSize: new.size, path: path)
            try proof.verify(old: seen.root, new: new.root)
            return receipt.receipt.proving(proof)
        } catch {
            throw .forked(seen.size)
        }
    }

    /// Returns the head that the manifest says was seen.
    private static func head(of record: TransparentStatement) -> Checkpoint? {
        guard let bytes = record.manifest, let manifest = try? Manifest(bytes),
            manifest.predicateType == PredicateType.provenance,
            let note = manifest.predicate["seen"]?["checkpoint"]?.text
        else { return nil }
        return try? SignedCheckpoint(parsing: note.utf8).claim
    }

    private static func hasProof(_ record: TransparentStatement, from size: UInt64) -> Bool {
        record.receipts.contains { bytes in
            guard let receipt = try? Receipt(bytes), case .consistency(let proof) = receipt.proof
            else { return false }
            return proof.oldSize == size
        }
    }
}

/// Why there is no proof about the head that was seen.
package enum SeenProofError: Error, Hashable {
    /// The ledger did not answer. Submit the record again.
    case ledger(CallError)

    /// The ledger cannot show that it extends the tree of this size. Keep both checkpoints: they
    /// may prove that it has forked.
    case forked(UInt64)
}
