import Checkpoints
import HTTPCalls
import LedgerClient
import Merkle

/// Has a ledger show that the tree of one of its heads extends that of an older one.
enum HeadGrowth {
    /// Checks that `new` extends `old`, which is smaller.
    static func check(
        from old: Checkpoint, to new: Checkpoint, _ client: LedgerClient
    ) async throws(HeadGrowthError) {
        let path: [Hash]
        do throws(CallError) {
            path = try await client.consistency(from: old.size, to: new.size)
        } catch {
            guard case .refused = error else { throw .ledger(error) }
            throw .refused
        }
        do throws(ProofError) {
            try ConsistencyProof(oldSize: old.size, newSize: new.size, path: path)
                .verify(old: old.root, new: new.root)
        } catch {
            throw .notExtended
        }
    }
}

/// Why a head is not known to extend an older one.
enum HeadGrowthError: Error, Hashable {
    /// The ledger did not answer. Ask again.
    case ledger(CallError)

    /// The ledger gives no proof. One that shows the larger head itself is no better than one whose
    /// proof is wrong; one that shows a smaller head may be an older copy.
    case refused

    /// What the ledger shows is wrong. Keep both heads.
    case notExtended
}
