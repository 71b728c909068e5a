import Encoding
import IndexMap
import LedgerStore
import Manifests
import Merkle
import Provenance

/// The plan of one batch, made before anything is written: a pure function of the tree's state, the
/// candidates, what the store knows of their names, and the time.
///
/// Each statement is decided about by the registry at its place. Where that is the one that
/// admission judged by, its word stands; else everything that a registry decides is judged again.
struct BatchPlan {
    /// The rows of the store under the candidates' names, and entries by name.
    struct Lookups {
        var names: [StoredNames]

        /// Reads the statement of a stored entry, for erasures; nil where there is none.
        var stored: (EntryID) throws(LedgerError) -> (index: UInt64, statement: Statement)?

        /// Finds stored entries that have a manifest, among so many that name an artifact of it.
        var sharing: (Hash, _ artifact: Hash, _ limit: Int) throws(LedgerError) -> SharedManifest

        /// The ledger's clock in POSIX seconds.
        var clock: @Sendable () -> UInt64
    }

    /// Statements of one batch whose signatures are checked on the sequencer's thread, because
    /// another registry than that at their place has refused them.
    ///
    /// So many take 30 ms with Ed25519, or 200 ms with ML-DSA-65; more are asked to come again.
    /// Hardly any come here: while a control statement waits, admission judges by the registry that
    /// it will leave.
    private static let readmissions = 256

    /// Entries that one batch looks at on the sequencer's thread, for those that share a manifest
    /// which is erased.
    ///
    /// So many take some milliseconds; the eraser finds the others.
    private static let sharedEntries = 1024

    private(set) var outcomes: [Outcome] = []
    private(set) var accepted: [(index: UInt64, candidate: Candidate)] = []

    /// Entries whose manifests are erased, and by which statement: stored ones, and such of this
    /// batch, whose bytes are not written at all.
    private(set) var erased: [UInt64: EntryID] = [:]

    /// The erasures among the accepted.
    private(set) var erasures: [LoggedErasure] = []

    private(set) var registry: Registry

    /// The index head with which the batch begins; nil where it has none.
    let indexHead: PlacedIndexHead?

    /// Whether the batch would have no entry.
    var isEmpty: Bool { accepted.isEmpty && indexHead == nil }

    /// What is known of the pictures of its entries, in their order.
    var looks: [FreshHashes.Look] {
        (indexHead.map { _ in [.noHash] } ?? [])
            + accepted.map { index, candidate in
                erased.isEmpty || erased[index] == nil ? candidate.look : .noHash
            }
    }

    /// The leaf hashes of its entries, in their order.
    var leafHashes: [Hash] {
        (indexHead.map { [.leaf($0.head.leaf)] } ?? []) + accepted.map(\.candidate.leafHash)
    }

    /// The keys of its entries, in their order; an index head has none.
    var keys: [[IndexKey]] {
        (indexHead.map { _ in [[]] } ?? []) + accepted.map(\.candidate.keys)
    }

    /// The erasure of each manifest that is erased.
    private(set) var erasedManifests: [Hash: LoggedErasure]

    /// The accepted by the nonces that they hold.
    private var nonces: [Hash: (id: EntryID, index: UInt64)] = [:]

    /// The first of the accepted by their names; made where an erasure asks for one.
    private var ids: [EntryID: UInt64] = [:]
    private let base: UInt64
    private var readmitted = 0
    private var examined = 0

    /// - Parameter indexHead: an index head that may stand at the end of the tree; the candidates
    ///   come behind it.
    init(
        state: TreeState, candidates: [Candidate], lookups: Lookups,
        indexHead: PlacedIndexHead? = nil
    ) throws(LedgerError) {
        registry = state.registry
        erasedManifests = state.erasedManifests
        self.indexHead = indexHead
        base = state.range.size + (indexHead == nil ? 0 : 1)
        outcomes.reserveCapacity(candidates.count)
        accepted.reserveCapacity(candidates.count)
        nonces.reserveCapacity(candidates.count)
        for (position, candidate) in candidates.enumerated() {
            outcomes.append(
                try decide(candidate, stored: lookups.names[position], lookups))
        }
    }

    /// The batch of entries 0 and 1, which `registry` has folded already.
    init(genesis candidates: [Candidate], registry: Registry) {
        self.registry = registry
        erasedManifests = [:]
        indexHead = nil
        base = 0
        for (index, candidate) in candidates.enumerated() {
            accepted.append((UInt64(index), candidate))
            outcomes.append(.registered(UInt64(index)))
        }
    }

    /// Decides about one candidate: the rules that only the order can decide (registry.md §5).
    private mutating func decide(
        _ candidate: Candidate, stored: StoredNames, _ lookups: Lookups
    ) throws(LedgerError) -> Outcome {
        if let index = stored.index { return .known(index) }
        // A statement names its nonce, so it is found by that.
        let existing = nonces[candidate.nonce]
        if let existing, existing.id == candidate.id { return .known(existing.index) }
        if let refusal = candidate.refusal, candidate.judge ?? registry.newest == registry.newest {
            return .refused(refusal)
        }
        if let existing { return .refused(Self.conflict(with: existing.id.hash)) }
        if stored.nonceIndex != nil {
            // Who holds the nonce is named by the caller, who can read the leaf in parallel.
            return .refused(Self.conflict(with: nil))
        }
        let index = base + UInt64(accepted.count)
        do throws(Refusal) {
            if candidate.isControl {
                try control(candidate, at: index, lookups)
            } else {
                if candidate.judge != registry.newest { try judge(candidate, lookups) }
                if !erasedManifests.isEmpty,
                    let by = erasedManifests[candidate.statement.manifestDigest]
                {
                    erased[index] = by.id
                }
            }
        } catch {
            return .refused(error)
        }
        nonces[candidate.nonce] = (candidate.id, index)
        accepted.append((index, candidate))
        return .registered(index)
    }

    /// Judges a statement about artifacts by the registry at its place, which is not the one that
    /// it was judged by.
    private mutating func judge(_ candidate: Candidate, _ lookups: Lookups) throws(Refusal) {
        let statement = candidate.statement
        guard candidate.judge != nil else {
            // It was logged before, and comes back: no clock decides about it any more.
            return try Registry.checkSignature(of: statement, by: registry.judge(statement))
        }
        let key = try registry.judge(statement, with: candidate.manifest, now: lookups.clock())
        // Under every registry this key has signed: it is known by its thumbprint.
        guard candidate.refusal != nil else { return }
        try countReadmission()
        _ = try statement.checkContent(candidate.manifest, signedBy: key)
    }

    private mutating func countReadmission() throws(Refusal) {
        guard readmitted < Self.readmissions else {
            throw Refusal(
                .busy, field: "ledger",
                rule: "has changed its registry, and too much to judge again; send it again later")
        }
        readmitted += 1
    }

    // MARK: - Control statements

    /// Applies a control statement, and notes the entries that it erases.
    private mutating func control(
        _ candidate: Candidate, at index: UInt64, _ lookups: Lookups
    ) throws(Refusal) {
        let statement = candidate.statement
        if candidate.judge != nil, candidate.judge != registry.newest {
            try registry.checkClock(of: statement, now: lookups.clock())
            if candidate.refusal != nil { try countReadmission() }
        }
        var next = registry
        try next.apply(statement, at: index)
        if let erasure = try LoggedErasure.Order(statement, at: index) {
            // What was logged before, and comes back, is replayed: the fold has no such rule.
            if candidate.judge != nil { try checkIsNew(erasure) }
            try erase(erasure, lookups)
        }
        registry = next
    }

    /// Refuses a second erasure of one manifest, which would erase nothing (registry.md §10).
    private func checkIsNew(_ order: LoggedErasure.Order) throws(Refusal) {
        guard let first = erasedManifests[order.erasure.digest] else { return }
        throw Refusal(
            .conflict, field: "predicate.sha256", rule: "is erased already",
            existing: first.id.hash)
    }

    /// Notes the entries whose manifest goes: those that are named, and all others that have it.
    private mutating func erase(_ order: LoggedErasure.Order, _ lookups: Lookups) throws(Refusal) {
        var found: [UInt64] = []
        var artifact: Hash?
        for entry in order.entries {
            let target = try target(entry, of: order, lookups)
            found.append(target.index)
            artifact = target.statement.subjectDigests.first
        }
        let digest = order.erasure.digest
        // Once erased, every entry that has it is marked: there is nothing more to find.
        if erasedManifests[digest] == nil {
            if let artifact, examined < Self.sharedEntries {
                let shared: SharedManifest
                do throws(LedgerError) {
                    shared = try lookups.sharing(
                        digest, artifact, Self.sharedEntries - examined)
                } catch {
                    throw Self.unreadable(error)
                }
                examined += shared.examined
                found += shared.entries
            }
            for (index, candidate) in accepted
            where candidate.statement.manifestDigest == digest && !candidate.isControl {
                found.append(index)
            }
            for index in found { erased[index] = order.erasure.id }
            erasedManifests[digest] = order.erasure
        }
        erasures.append(order.erasure)
    }

    /// The index of the entry with this name among the accepted.
    private mutating func acceptedIndex(of id: EntryID) -> UInt64? {
        for (index, candidate) in accepted[ids.count...] { ids[candidate.id] = index }
        return ids[id]
    }

    /// An entry that an erasure names: it must be logged, and have that manifest.
    private mutating func target(
        _ entry: EntryID, of order: LoggedErasure.Order, _ lookups: Lookups
    ) throws(Refusal) -> (index: UInt64, statement: Statement) {
        let found: (index: UInt64, statement: Statement)?
        if let index = acceptedIndex(of: entry) {
            found = (index, accepted[Int(index - base)].candidate.statement)
        } else {
            do throws(LedgerError) {
                found = try lookups.stored(entry)
            } catch {
                throw Self.unreadable(error)
            }
        }
        guard let found else {
            throw Refusal(
                .schema, field: "predicate.entries", rule: "\(entry) is not in this ledger")
        }
        guard case .envelope(let payload, _, _) = found.statement.body,
            payload == order.erasure.digest
        else {
            throw Refusal(
                .mismatch, field: "predicate.entries",
                rule: "\(entry) does not have the manifest \(order.erasure.digest)")
        }
        return found
    }

    private static func unreadable(_ error: LedgerError) -> Refusal {
        Refusal(.storage, field: "predicate.entries", rule: "\(error)")
    }

    /// The refusal of a second statement with the same issuer and cti.
    static func conflict(with existing: Hash?) -> Refusal {
        Refusal(
            .conflict, field: "cti",
            rule: "the issuer has used it for another statement", existing: existing)
    }
}

extension BatchPlan.Lookups {
    /// What a store knows, beside what was looked up of the candidates' names.
    ///
    /// - Parameter listed: the entries that name an artifact, as far as they are known at once.
    init(
        names: [StoredNames], in store: Store, listed: @escaping ArtifactList,
        clock: @escaping @Sendable () -> UInt64
    ) {
        self.init(
            names: names,
            stored: { entry throws(LedgerError) in try store.entry(entry) },
            sharing: { manifest, artifact, limit throws(LedgerError) in
                try store.entries(
                    sharing: manifest, artifact: artifact, limit: limit, listed: listed)
            },
            clock: clock)
    }
}
