import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance

/// Holds erased manifests to the erasure statements that name them.
///
/// That no erased bytes are left is checked where manifests are read (``ManifestsCheck``): for
/// every entry that has the digest, whether an erasure names it or not.
struct ErasuresCheck {
    private let check: StoreCheck
    private let controls: [CheckTally.Control]
    private let tombstones: [CheckTally.Tombstone]

    init(_ check: StoreCheck, _ tally: CheckTally) {
        self.check = check
        controls = tally.controls
        tombstones = tally.tombstones
    }

    func run() throws(LedgerError) {
        var digests: [EntryID: Hash] = [:]
        for control in controls {
            guard let erasure = control.erasure else { continue }
            digests[control.id] = erasure.sha256
            for name in erasure.entries where try index(of: name) == nil {
                check.findings.add(
                    .entries, "\(control.index)", .erasure,
                    "erases \(name), which is not in this ledger")
            }
        }
        for tombstone in tombstones {
            if digests[tombstone.by] == tombstone.payload { continue }
            // An erasure that was logged while the check went on is not among its entries.
            let newer = try index(of: Text("\(tombstone.by)")) ?? 0
            if check.bounds.isGrowing, newer >= check.bounds.size { continue }
            check.findings.add(
                .manifests, "\(tombstone.index)", .erasure,
                "is erased by \(tombstone.by), which does not say so")
        }
    }

    private func index(of name: Text) throws(LedgerError) -> UInt64? {
        guard let entry = EntryID(name) else { return nil }
        return try check.store.value(entry.hash.bytes, in: .ids)
            .flatMap { StoreLayout.number($0) }
    }
}

/// The manifests that are erased below the bound of a check, by their digests.
struct ErasedManifests: Sendable {
    private let erasures: [Hash: UInt64]

    /// Reads the erasures from the control statements.
    ///
    /// - Parameter pending: digests of which some rows may still have the bytes, rightly.
    init(_ check: StoreCheck, pending: Set<Hash>) throws(LedgerError) {
        var erasures: [Hash: UInt64] = [:]
        var sequence: UInt64 = 0
        // A wrong row of `control` is a finding of the check of that family.
        while let row = try check.store.value(StoreLayout.key(sequence), in: .control) {
            sequence += 1
            guard let index = StoreLayout.number(row), index < check.bounds.size,
                let statement = try ControlCheck.statement(index, check.store),
                let order = try? LoggedErasure.Order(statement, at: index),
                !pending.contains(order.erasure.digest)
            else { continue }
            let digest = order.erasure.digest
            erasures[digest] = min(index, erasures[digest] ?? .max)
        }
        self.erasures = erasures
    }

    /// The entry that erases a manifest; nil for one that is not erased.
    func erasure(of digest: Hash) -> UInt64? {
        erasures.isEmpty ? nil : erasures[digest]
    }
}
