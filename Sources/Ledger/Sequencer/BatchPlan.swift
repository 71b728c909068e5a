import Encoding
import Merkle
import Provenance

/// What one batch will do, decided before anything is written: a pure function of the tree's
/// state, the candidates and what the store knows of their names.
struct BatchPlan {
    /// What the store knows, one for one with the candidates; and entries by name.
    struct Lookups {
        var names: [StoredNames]
        /// Reads the statement of a stored entry, for erasures; nil where there is none.
        var stored: (EntryID) throws(LedgerError) -> (index: UInt64, statement: Statement)?
    }

    private(set) var outcomes: [Outcome] = []
    private(set) var accepted: [(index: UInt64, candidate: Candidate)] = []
    /// Entries whose manifests an accepted erasure removes.
    private(set) var erased: [(index: UInt64, by: EntryID)] = []
    private(set) var registry: Registry
    private var ids: [EntryID: UInt64] = [:]
    private var nonces: [Hash: EntryID] = [:]
    private let base: UInt64

    init(
        state: TreeState, candidates: [Candidate], lookups: Lookups
    ) throws(LedgerError) {
        registry = state.registry
        base = state.range.size
        outcomes.reserveCapacity(candidates.count)
        accepted.reserveCapacity(candidates.count)
        for (position, candidate) in candidates.enumerated() {
            outcomes.append(
                try decide(
                    candidate, stored: lookups.names[position], lookups))
        }
    }

    /// The batch of entries 0 and 1, which `registry` has folded already.
    init(genesis candidates: [Candidate], registry: Registry) {
        self.registry = registry
        base = 0
        for (index, candidate) in candidates.enumerated() {
            accepted.append((UInt64(index), candidate))
            outcomes.append(.registered(UInt64(index)))
        }
    }

    /// Decides about one candidate: the rules that only the order can decide (formats.md §4).
    private mutating func decide(
        _ candidate: Candidate, stored: StoredNames, _ lookups: Lookups
    ) throws(LedgerError) -> Outcome {
        let statement = candidate.statement
        if let index = stored.index ?? ids[statement.id] { return .known(index) }
        if let existing = nonces[candidate.nonce] {
            return .refused(Self.conflict(with: existing.hash))
        }
        if stored.nonceIndex != nil {
            // Who holds the nonce is named by the caller, who can read the leaf in parallel.
            return .refused(Self.conflict(with: nil))
        }
        let index = base + UInt64(accepted.count)
        do throws(Refusal) {
            if statement.controlManifest != nil {
                erased += try control(statement, at: index, lookups)
            } else if candidate.registrySequence != registry.sequence {
                try Registry.checkSignature(of: statement, by: registry.judge(statement))
            }
        } catch {
            return .refused(error)
        }
        ids[statement.id] = index
        nonces[candidate.nonce] = statement.id
        accepted.append((index, candidate))
        return .registered(index)
    }

    /// Applies a control statement, and returns what it erases.
    private mutating func control(
        _ statement: Statement, at index: UInt64, _ lookups: Lookups
    ) throws(Refusal) -> [(index: UInt64, by: EntryID)] {
        var next = registry
        try next.apply(statement, at: index)
        var erased: [(index: UInt64, by: EntryID)] = []
        if let manifest = statement.controlManifest,
            manifest.predicateType == PredicateType.erasure
        {
            let erasure = try ErasureManifest(manifest)
            for name in erasure.entries {
                guard let entry = EntryID(name) else {
                    throw Refusal(
                        .schema, field: "predicate.entries", rule: "must hold EntryIDs")
                }
                erased.append((try target(entry, of: erasure, lookups), statement.id))
            }
        }
        registry = next
        return erased
    }

    /// The index of an entry that `erasure` names: it must be logged, and have that manifest.
    private func target(
        _ entry: EntryID, of erasure: ErasureManifest, _ lookups: Lookups
    ) throws(Refusal) -> UInt64 {
        let found: (index: UInt64, statement: Statement)?
        if let index = ids[entry] {
            found = (index, accepted[Int(index - base)].candidate.statement)
        } else {
            do throws(LedgerError) {
                found = try lookups.stored(entry)
            } catch {
                throw Refusal(.storage, field: "predicate.entries", rule: "\(error)")
            }
        }
        guard let found else {
            throw Refusal(
                .schema, field: "predicate.entries", rule: "\(entry) is not in this ledger")
        }
        guard case .envelope(let payload, _, _) = found.statement.body,
            payload == erasure.sha256
        else {
            throw Refusal(
                .mismatch, field: "predicate.entries",
                rule: "\(entry) does not have the manifest \(erasure.sha256)")
        }
        return found.index
    }

    /// The refusal of a second statement with the same issuer and cti.
    static func conflict(with existing: Hash?) -> Refusal {
        Refusal(
            .conflict, field: "cti",
            rule: "the issuer has used it for another statement", existing: existing)
    }
}
