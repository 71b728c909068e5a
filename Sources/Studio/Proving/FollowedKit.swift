import Checkpoints
import LedgerClient
import LogReader
package import Provenance

/// A trust kit, and what became of its ledger's keys since it was made: the ledger has handed them
/// over, and each handover is proven.
package struct FollowedKit: Sendable {
    /// The collector's own kit.
    package let own: TrustKit

    /// The kit that the ledger gave, which extends the own one; nil where files alone were read.
    package let newer: TrustKit?

    /// The registry after the newest control statement that is proven.
    package let registry: Registry

    /// The head in whose tree the control statements are proven.
    let provenIn: Checkpoint

    /// Whether anything became of the ledger's keys since the own kit.
    var hasNewerKeys: Bool { registry.sequence > own.registry.sequence }

    /// Asks the ledger for its newest kit, as `trust update` does (trust-kit.md §5); nil where it
    /// has none that is newer.
    static func asked(
        _ files: TrustKit.Files, _ client: LedgerClient
    ) async throws(KitRenewalError) -> FollowedKit? {
        let renewal = try await KitRenewal(of: files, at: client, takingPolicy: false)
        guard case .newer(let files) = renewal.outcome else { return nil }
        do throws(TrustKitError) {
            let newer = try TrustKit(files)
            return FollowedKit(
                own: renewal.update.own, newer: newer, registry: newer.registry,
                provenIn: newer.head)
        } catch {
            preconditionFailure("an update reads the kit that it makes: \(error)")
        }
    }

    /// Reads the entries since the kit, and folds the control statements among them onto its
    /// registry; nil where what is shown does not extend the kit's tree.
    ///
    /// What the rules of control statements refuse changes nothing, as in an audit (audit.md §2).
    /// All of it is proven once a key of the registry is found to have signed the head.
    ///
    /// - Parameter walk: how many entries may be read; a kit that is older is to be renewed.
    static func read(
        _ kit: TrustKit, _ source: any LogSource, _ walk: EntryWalk
    ) async throws(ProvingError) -> FollowedKit? {
        var registry = kit.registry
        let claimed: ClaimedTree
        do {
            claimed = try await TiledLog(
                source, trust: ProofTrust.kit(kit, requiringQuorum: false).logTrust
            ).claimed()
            let (old, new) = (kit.size, claimed.claim.size)
            guard try await claimed.extends(kit.head) else { return nil }
            guard new - old <= walk.limit else {
                throw ProvingError.oldKit(entries: new - old, limit: walk.limit)
            }
            var bytes: UInt64 = 0
            try await claimed.forEachEntry(in: old..<new) { index, leaf in
                bytes += UInt64(leaf.count)
                if let statement = try? Statement(leaf: leaf), statement.controlManifest != nil {
                    var next = registry
                    if (try? next.apply(statement, at: index)) != nil { registry = next }
                }
                if (index + 1) % EntryWalk.stretch == 0 {
                    walk.tell(index + 1 - old, new - old, bytes)
                }
            }
        } catch let error as LogError {
            throw ProvingError(error)
        } catch let error as ProvingError {
            throw error
        } catch {
            preconditionFailure("entries are read with errors of one kind: \(error)")
        }
        let followed = FollowedKit(
            own: kit, newer: nil, registry: registry, provenIn: claimed.claim)
        return followed.hasNewerKeys ? followed : nil
    }
}
