import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio

/// Proves that the head a PoP had seen before it signed is older than the entry (record.md §4).
enum SeenProof {
    /// Returns the consistency receipt from the seen head to that of `completion`; nil where
    /// the manifest names none, or where none is needed.
    ///
    /// One signature of a head serves every proof about it, so the receipt is put together from
    /// the protected header and signature at hand and from the ledger's `/consistency`.
    ///
    /// Where the ledger has failed before, that is the answer for this file too.
    static func receipt(
        for completion: FittingReceipt, in file: ColophonFile, _ client: LedgerClient,
        unless earlier: Failure?
    ) async throws(Failure) -> [UInt8]? {
        guard let seen = head(of: file), let new = newHead(of: completion),
            seen.origin == completion.receipt.origin, seen.size > 0, seen.size < new.size,
            !hasProof(file, from: seen.size)
        else { return nil }
        if var earlier {
            earlier.subject = file.path
            throw earlier
        }
        let path: [Hash]
        do throws(CallError) {
            path = try await client.consistency(from: seen.size, to: new.size)
        } catch {
            throw Network.failure(error, file.path)
        }
        do throws(ProofError) {
            let proof = try ConsistencyProof(oldSize: seen.size, newSize: new.size, path: path)
            try proof.verify(old: seen.root, new: new.root)
            return completion.receipt.proving(proof)
        } catch {
            throw .no(
                file.path,
                "the ledger cannot show that it extends the tree of \(seen.size) that was seen",
                hint: "keep both checkpoints: they may prove that the ledger has forked")
        }
    }

    /// Returns the head that the manifest says was seen.
    private static func head(of file: ColophonFile) -> Checkpoint? {
        guard let bytes = file.content.manifest, let manifest = try? Manifest(bytes),
            manifest.predicateType == PredicateType.provenance,
            let text = manifest.predicate["seen"]?["checkpoint"]?.text,
            let note = try? SignedNote(parsing: text.utf8)
        else { return nil }
        return try? Checkpoint(parsing: note.text)
    }

    private static func newHead(of completion: FittingReceipt) -> Checkpoint? {
        guard let bytes = completion.receipt.note, let note = try? SignedNote(parsing: bytes)
        else { return nil }
        return try? Checkpoint(parsing: note.text)
    }

    private static func hasProof(_ file: ColophonFile, from size: UInt64) -> Bool {
        file.content.receipts.contains { bytes in
            guard let receipt = try? Receipt(bytes), case .consistency(let proof) = receipt.proof
            else { return false }
            return proof.oldSize == size
        }
    }
}
