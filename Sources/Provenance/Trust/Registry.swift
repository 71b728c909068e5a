public import Checkpoints
public import Encoding
public import Manifests
public import Merkle

/// Whose statements are admitted: folded from the control statements in their order, so that
/// an auditor who has the tiles comes to the same answer (registry.md).
///
/// A value is the state *below* an index: it has applied every control statement before it.
public struct Registry: Sendable {
    /// The ledger's origin, from entry 0.
    public let origin: Origin

    /// The EntryID of entry 0: what a trust kit pins.
    public let genesis: EntryID

    /// The id of the control chain: entry 0's.
    public let chainID: [UInt8]

    /// The newest policy.
    public internal(set) var policy: PolicyManifest

    /// The newest control statement: what the next one's `prev` must name.
    public internal(set) var newest: EntryID

    /// Number of control statements applied: what the next one's `seq` must be.
    public internal(set) var sequence: UInt64

    /// Index of the newest control statement.
    public internal(set) var newestIndex: UInt64

    /// Every key that a `key` statement has named, by its thumbprint.
    public internal(set) var keys: [Hash: KeyRecord]

    /// The keys that sign the notes.
    public internal(set) var noteKeys: KeyHistory<VerifierKey>

    /// The keys that sign the receipts.
    public internal(set) var receiptKeys: KeyHistory<COSEKey>

    /// The keys that sign entries 0 and 1 and each handover.
    public internal(set) var ledgerKeys: KeyHistory<COSEKey>

    /// The offline key that may replace the administrators, where entry 0 names one.
    public let recoveryKey: COSEKey?

    /// The thumbprints of all keys of role admin, in the order in which they were added.
    var administrators: [Hash] = []

    /// The largest iat of the control statements applied, in POSIX seconds: the time that decides
    /// whether an administrator is left (registry.md §9).
    var latestIssuedAt: UInt64

    /// Whether a control statement was applied before which others are not known (record.md §3).
    var hasGaps = false

    /// Thumbprints of all keys that ever had a purpose: none may get a second one (registry.md §4).
    var purposes: Set<Hash>

    /// Folds entry 0, which must be a `policy` that its own ledger key has signed.
    public init(genesis statement: Statement) throws(Refusal) {
        guard let manifest = statement.controlManifest,
            manifest.predicateType == PredicateType.policy
        else {
            throw Refusal(.predicate, field: "entry 0", rule: "must be a policy statement")
        }
        let policy = try PolicyManifest(manifest)
        do {
            origin = try Origin(policy.origin)
        } catch {
            throw Refusal(.schema, field: "predicate.origin", rule: "\(error)")
        }
        guard let chain = statement.chain, chain.sequence == 0 else {
            throw Refusal(.outOfTurn, field: "chain.seq", rule: "must be 0 in entry 0")
        }
        let keys = try GenesisKeys(policy, origin: origin)
        self.genesis = statement.id
        self.policy = policy
        self.keys = [:]
        chainID = chain.id
        newest = statement.id
        sequence = 1
        newestIndex = 0
        latestIssuedAt = statement.issuedAt
        noteKeys = KeyHistory(keys.note)
        receiptKeys = KeyHistory(keys.receipt)
        ledgerKeys = KeyHistory(keys.ledger)
        recoveryKey = keys.recovery
        purposes = keys.purposes
        try Self.checkOwnKeys(
            by: policy.settings.algorithms, ledgerKey: keys.ledger, keys.recovery,
            field: "predicate.algorithms")
        try checkForm(of: statement)
        try checkLedgerSignature(of: statement)
    }

    /// `iss` of what the ledger key signs.
    var ledgerIssuer: Text {
        Text("https://" + origin.text.string)
    }

    /// `iss` of what the recovery key signs.
    var recoveryIssuer: Text {
        Text("https://" + origin.text.string + "/recovery")
    }
}

/// The public keys that entry 0 names, each with one purpose.
private struct GenesisKeys {
    let note: VerifierKey
    let receipt: COSEKey
    let ledger: COSEKey
    let recovery: COSEKey?
    let purposes: Set<Hash>

    init(_ policy: PolicyManifest, origin: Origin) throws(Refusal) {
        note = try Registry.noteKey(policy.noteKey, field: "predicate.noteKey", origin: origin)
        receipt = try Registry.coseKey(policy.receiptKey, field: "predicate.receiptKey")
        ledger = try Registry.coseKey(policy.ledgerKey, field: "predicate.ledgerKey")
        if let key = policy.recoveryKey {
            recovery = try Registry.coseKey(key, field: "predicate.recoveryKey")
        } else {
            recovery = nil
        }
        var purposes: Set<Hash> = []
        let all = [try Registry.purpose(of: note), receipt.keyID, ledger.keyID, recovery?.keyID]
        for case let keyID? in all {
            guard purposes.insert(keyID).inserted else {
                throw Refusal(.schema, field: "policy keys", rule: "must each have one purpose")
            }
        }
        self.purposes = purposes
    }
}

extension Registry {
    /// Reads a vkey string that must be an Ed25519 log key named by the origin.
    static func noteKey(
        _ text: Text, field: String, origin: Origin
    ) throws(Refusal) -> VerifierKey {
        let key: VerifierKey
        do {
            key = try VerifierKey(parsing: text)
        } catch {
            throw Refusal(.schema, field: field, rule: "must be a vkey: \(error)")
        }
        guard key.kind == .log, key.name == origin.text else {
            throw Refusal(
                .schema, field: field, rule: "must be an Ed25519 log key whose name is the origin")
        }
        return key
    }

    /// Reads a coseKey string.
    static func coseKey(_ text: Text, field: String) throws(Refusal) -> COSEKey {
        do {
            return try COSEKey(string: text)
        } catch {
            throw Refusal(.schema, field: field, rule: "must be a coseKey string: \(error)")
        }
    }

    /// The thumbprint under which a note key counts among the purposes.
    static func purpose(of key: VerifierKey) throws(Refusal) -> Hash {
        do {
            return try COSEKey(.ed25519(key.publicKey)).keyID
        } catch {
            throw Refusal(.schema, field: "note key", rule: "must be a valid Ed25519 key: \(error)")
        }
    }
}

extension COSEKey {
    /// The thumbprint as a hash: the `kid` of what this key signs.
    public var keyID: Hash {
        guard let hash = Hash(thumbprint) else {
            preconditionFailure("a thumbprint is a SHA-256 digest of 32 bytes")
        }
        return hash
    }
}
