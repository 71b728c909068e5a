public import Checkpoints
public import Encoding
public import LedgerStore
import Manifests
import Merkle
public import Provenance
import RocksDB

extension Ledger {
    /// Makes a new ledger: three keys, the first policy, the first administrator; both entries
    /// in one batch, so that the first head has size 2 (registry.md §1).
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
        let store = try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: true)
        defer { store.database.close() }
        try commit(genesis, in: store, now: now)
        let signer = try HeadSigner(
            origin: origin, keys: keys,
            highWater: HighWaterFile(path: options.highWater, origin: origin))
        if var head = try store.newestHead() {
            head.receipt = try signer.sign(head)
            try store.put(head)
        }
    }

    private static func commit(
        _ genesis: Genesis, in store: Store, now: UInt64
    ) throws(LedgerError) {
        let candidates = genesis.statements.map {
            Candidate(NamedStatement($0), manifest: nil, judgedBy: nil)
        }
        let state = TreeState(empty: genesis.registry)
        let plan = BatchPlan(genesis: candidates, registry: genesis.registry)
        _ = try BatchWriter(store: store).commit(plan, on: state, time: now)
    }
}

/// The first two statements of a ledger, and the registry that they fold to.
private struct Genesis {
    let statements: [Statement]
    let registry: Registry

    init(
        origin: Origin, keys: LedgerKeys, admin: COSEKey, adminIssuer: Text?,
        recovery: COSEKey?, now: UInt64
    ) throws(Refusal) {
        let noteKey: VerifierKey
        do throws(VerifierKeyError) {
            noteKey = try NoteSigner(name: origin.text, key: keys.note).verifierKey
        } catch {
            throw Refusal(.schema, field: "note key", rule: "\(error)")
        }
        let uri = origin.uri
        let policy = try PolicyManifest.make(
            origin: origin.text, noteKey: Text(noteKey.description),
            receiptKey: Text(keys.receipt.publicKey.string),
            ledgerKey: Text(keys.ledger.publicKey.string),
            recoveryKey: recovery.map { Text($0.string) },
            settings: PolicyManifest.Settings(), nonce: Random.bytes())
        let chainID = Random.bytes()
        func sign(
            _ manifest: Manifest, _ sequence: UInt64, _ previous: Hash
        ) throws(Refusal) -> Statement {
            try StatementDraft(
                manifest: manifest, issuer: uri, subject: uri, audience: origin.text,
                issuedAt: now, claimID: Random.bytes(),
                chain: Chain(id: chainID, sequence: sequence, previous: previous)
            ).sign(with: keys.ledger)
        }
        let first = try sign(policy, 0, .zero)
        let key = KeyManifest(
            .add, coseKey: Text(admin.string),
            issuer: adminIssuer ?? Text(uri.string + "/admin"), roles: [.admin],
            notBefore: Int64(clamping: now))
        let second = try sign(
            key.manifest(origin: origin.text, nonce: Random.bytes()), 1, first.id.hash)
        var registry = try Registry(genesis: first)
        try registry.apply(second, at: 1)
        statements = [first, second]
        self.registry = registry
    }
}

/// Random values for nonces and claim ids, from the system's generator.
enum Random {
    static func bytes(_ count: Int = Limits.nonceBytes) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
