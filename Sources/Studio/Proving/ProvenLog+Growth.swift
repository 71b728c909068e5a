package import Checkpoints
import HTTPCalls
import LedgerClient
package import LogReader
import Merkle

/// A head that somebody names for a proof.
package enum NamedHead: Sendable {
    /// That of the tree of so many entries.
    case size(UInt64)

    /// That of a checkpoint which was saved, in the file of this name.
    case saved(SignedCheckpoint, file: String)

    /// The newest.
    case newest
}

/// A proof that a log has only grown.
package struct ProvenLogGrowth: Sendable {
    /// Both roots, and the hashes between them.
    package let growth: ProvenGrowth

    /// The older head, and who has signed it.
    package let old: AcceptedHead

    /// The newer head.
    package let new: AcceptedHead
}

extension ProvenLog {
    /// Returns a head that somebody named, once it is shown to be one of this log.
    ///
    /// A size that the log has signed no kept head of gets its root from tiles.
    package func head(_ name: NamedHead) async throws(ProvingError) -> AcceptedHead {
        switch name {
        case .newest: return newest
        case .size(let size):
            guard size <= tree.size else { throw .tooSmall(size: tree.size, asked: size) }
            if size == tree.size { return newest }
            if let kept = try await kept(size) { return try await hold(kept, file: nil) }
            do throws(LogError) {
                return AcceptedHead(
                    computed: try await tree.head(ofFirst: size), under: tree.signed)
            } catch {
                throw ProvingError(error)
            }
        case .saved(let signed, let file): return try await hold(signed, file: file)
        }
    }

    /// Proves that the tree of `new` extends that of `old`.
    package func grow(
        from old: AcceptedHead, to new: AcceptedHead
    ) async throws(ProvingError) -> ProvenLogGrowth {
        let (size, newSize) = (old.checkpoint.size, new.checkpoint.size)
        guard size > 0 else { throw .nothingToProve }
        guard size <= newSize else { throw .outOfOrder(size, newSize) }
        guard size < newSize || old.checkpoint == new.checkpoint else { throw .twoTrees(size) }
        return ProvenLogGrowth(growth: try await growth(old, new), old: old, new: new)
    }

    private func growth(
        _ old: AcceptedHead, _ new: AcceptedHead
    ) async throws(ProvingError) -> ProvenGrowth {
        guard let client else {
            do throws(LogError) {
                return try await tree.proveGrowth(from: old.head, to: new.head)
            } catch {
                throw ProvingError(error)
            }
        }
        let path: [Hash]
        do throws(CallError) {
            path = try await client.consistency(from: old.checkpoint.size, to: new.checkpoint.size)
        } catch {
            throw .ledger(error)
        }
        do throws(ProofFault) {
            return try ProvenGrowth(from: old.head, to: new.head, path: path)
        } catch {
            throw .wrong(
                "the consistency proof from \(old.checkpoint.size) to \(new.checkpoint.size)",
                reason: "\(error)")
        }
    }

    /// Accepts a head from elsewhere: the log has signed it, and the newest one extends it.
    ///
    /// Nobody else need have seen it: what extends it was seen.
    ///
    /// - Parameter file: where it comes from; nil for the log itself.
    private func hold(
        _ signed: SignedCheckpoint, file: String?
    ) async throws(ProvingError) -> AcceptedHead {
        let head: AcceptedHead
        do throws(HeadRefusal) {
            head = try trust.open(signed)
        } catch {
            throw .head(error, size: signed.claim.size, file: file)
        }
        guard head.checkpoint.size <= tree.size else {
            throw .tooSmall(size: tree.size, asked: head.checkpoint.size)
        }
        try await requireOneLog(signed, tree.signed)
        return head
    }

    /// The head of this size that the ledger keeps, signed; nil where it keeps none, or where
    /// nobody is asked.
    private func kept(_ size: UInt64) async throws(ProvingError) -> SignedCheckpoint? {
        guard let client, size > 0 else { return nil }
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await client.checkpoint(ofSize: size)
        } catch {
            throw .ledger(error)
        }
        guard let bytes else { return nil }
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: bytes)
        } catch {
            throw .wrong("the head of size \(size)", reason: "is no checkpoint: \(error)")
        }
        guard signed.claim.size == size else {
            throw .wrong("the head of size \(size)", reason: "is of size \(signed.claim.size)")
        }
        return signed
    }
}
