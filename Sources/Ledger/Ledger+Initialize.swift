public import Checkpoints
public import Encoding
public import LedgerStore
import Manifests
import Merkle
public import Provenance

extension Ledger {
    /// Makes a new ledger: three keys, the first policy, the first administrator; both entries
    /// in one batch, so that the first head has size 2 (registry.md §1).
    ///
    /// It has an index from the beginning, unless ``LedgerOptions/index`` is off.
    ///
    /// Returns the EntryID of entry 0.
    ///
    /// A crash in here leaves what ``open(_:logger:clock:)`` refuses and the next call makes anew;
    /// see ``UnfinishedLedger``.
    @discardableResult
    public static func initialize(
        _ options: LedgerOptions, origin: Origin, admin: COSEKey, adminIssuer: Text? = nil,
        recovery: COSEKey? = nil, clock: @Sendable () -> UInt64 = SystemClock.seconds
    ) throws(LedgerError) -> EntryID {
        let keys = LedgerKeys.generate()
        let now = clock()
        let genesis: Genesis
        do throws(Refusal) {
            genesis = try Genesis(
                origin: origin, keys: keys, admin: admin, adminIssuer: adminIssuer,
                recovery: recovery, now: now)
        } catch {
            throw .badRequest("\(error)")
        }
        let keyFolder = try UnfinishedLedger.begin(options, keys)
        try keys.write(to: keyFolder)
        try HighWaterFile.create(at: options.highWater, origin: origin)
        try fill(options, origin, keys, genesis, now)
        try options.places.synchronizeParents()
        try UnfinishedLedger.end(options, keyFolder)
        return genesis.registry.genesis
    }

    /// Makes the store with its first two entries, and signs their head.
    private static func fill(
        _ options: LedgerOptions, _ origin: Origin, _ keys: LedgerKeys, _ genesis: Genesis,
        _ now: UInt64
    ) throws(LedgerError) {
        let hasIndex = options.index != .off
        let store = try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: true,
            makesIndex: hasIndex)
        defer { store.close() }
        // Nothing of an unfinished ledger stays: so the order of these writes is free.
        if hasIndex { try store.write(.cursor, sync: true) { rows in rows.putMadeWithIndex() } }
        try commit(genesis.statements, genesis.registry, in: store, now: now)
        let signer = try HeadSigner(
            origin: origin, keys: keys,
            highWater: HighWaterFile(path: options.highWater, origin: origin))
        if var head = try store.newestHead() {
            head.receipt = try signer.sign(head, by: genesis.registry)
            try store.put(head)
        }
    }

    /// Puts the first entries of a ledger, and the registry that they fold to, into a store that
    /// has none.
    static func commit(
        _ statements: [Statement], _ registry: Registry, in store: Store, now: UInt64
    ) throws(LedgerError) {
        let candidates = statements.map {
            Candidate(NamedStatement($0), manifest: nil, judgedBy: nil)
        }
        let state = TreeState(empty: registry)
        let plan = BatchPlan(genesis: candidates, registry: registry)
        _ = try BatchWriter(store: store).commit(plan, on: state, time: now)
    }
}
