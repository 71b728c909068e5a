import Checkpoints
import Encoding
public import Manifests
import Merkle

extension Registry {
    /// Applies a control statement, the first of which founds the registry.
    package static func folding(
        _ statement: Statement, at index: UInt64, into registry: Registry?
    ) throws(Refusal) -> Registry {
        guard var registry else {
            guard index == 0 else {
                throw Refusal(.predicate, field: "entry 0", rule: "must be a policy statement")
            }
            return try Registry(genesis: statement)
        }
        try registry.apply(statement, at: index)
        return registry
    }

    /// Applies the control statement at `index`, after all that registry.md asks of it:
    /// its form, its place in the chain, its signer's authority, its signature, its effect.
    ///
    /// This one fold decides everywhere: at admission, in `fsck`, in kits and in the verifier.
    /// Nothing changes where it throws. Whether the entries of an `erasure` share its manifest is
    /// for those to check who have the entries.
    public mutating func apply(_ statement: Statement, at index: UInt64) throws(Refusal) {
        guard let manifest = statement.controlManifest else {
            throw Refusal(.predicate, field: "typ", rule: "must be a control statement's")
        }
        try checkForm(of: statement)
        try checkAuthority(of: statement, manifest)
        try checkTurn(of: statement)
        try replay(statement, at: index)
    }

    /// Applies the effect of a control statement whose form, signer and turn were checked before.
    ///
    /// Each effect is checked whole before anything changes.
    mutating func replay(_ statement: Statement, at index: UInt64) throws(Refusal) {
        try checkIndex(index)
        guard let manifest = statement.controlManifest else { return }
        var next = successor(issuedAt: statement.issuedAt)
        switch manifest.predicateType {
        case PredicateType.policy: try applyPolicy(PolicyManifest(manifest), &next)
        case PredicateType.key: try applyKey(KeyManifest(manifest), at: index, &next)
        case PredicateType.logKey:
            try applyHandover(
                LogKeyManifest(manifest), at: statement.issuedAt, &next)
        case PredicateType.erasure:
            _ = try ErasureManifest(manifest)
            try checkLockOut(leaving: next)
        default:
            throw Refusal(
                .predicate, field: "predicateType", rule: "is not a control predicate")
        }
        newest = statement.id
        newestIndex = index
        latestIssuedAt = next.latest
        sequence += 1
    }

    /// Applies a `key` statement that follows, with others between that are not known here, after
    /// the newest one: how a file shows the key that a trust kit is too old for (record.md §3).
    mutating func applyLater(_ statement: Statement, at index: UInt64) throws(Refusal) {
        guard let manifest = statement.controlManifest, let chain = statement.chain else {
            throw Refusal(.predicate, field: "typ", rule: "must be a control statement's")
        }
        try checkForm(of: statement)
        try checkAuthority(of: statement, manifest)
        if chain.sequence <= sequence {
            try checkTurn(of: statement)
        } else {
            hasGaps = true
        }
        try checkIndex(index)
        var next = successor(issuedAt: statement.issuedAt)
        try applyKey(KeyManifest(manifest), at: index, &next)
        newest = statement.id
        newestIndex = index
        latestIssuedAt = next.latest
        sequence = chain.sequence + 1
    }

    /// Checks that `index` can be that of the next control statement; entry 1 is the second.
    private func checkIndex(_ index: UInt64) throws(Refusal) {
        guard index > newestIndex, index <= Limits.largestInteger else {
            throw Refusal(
                .outOfTurn, field: "index", rule: "must be above the newest control statement's")
        }
        guard sequence > 1 || index == 1 else {
            throw Refusal(
                .outOfTurn, field: "index", rule: "must be 1 for the second control statement")
        }
    }

    /// Checks iss, sub, aud, the subject and the algorithm (registry.md §2).
    func checkForm(of statement: Statement) throws(Refusal) {
        guard statement.subject == ledgerIssuer else {
            throw Refusal(
                .mismatch, field: "sub", rule: "must be \(ledgerIssuer) in a control statement")
        }
        guard statement.audience == origin.text else {
            throw Refusal(.audience, field: "aud", rule: "must be \(origin.text)")
        }
        guard let manifest = statement.controlManifest, manifest.subjects.count == 1,
            manifest.subjects[0].name == statement.subject,
            manifest.subjects[0].digest == Hash.sha256(statement.subject.utf8)
        else {
            throw Refusal(
                .mismatch, field: "subject", rule: "must be sub with the SHA-256 of its bytes")
        }
        guard statement.chain?.id == chainID else {
            throw Refusal(.mismatch, field: "chain.id", rule: "must be entry 0's")
        }
        try checkAlgorithm(of: statement.claims)
    }

    /// Checks that the policy in force lists the signature's algorithm.
    func checkAlgorithm(of claims: SignedClaims) throws(Refusal) {
        guard policy.settings.algorithms.contains(claims.algorithm.rawValue) else {
            throw Refusal(
                .algorithm, field: "alg",
                rule: "must be one that the policy lists: \(policy.settings.algorithms)")
        }
    }

    private func checkTurn(of statement: Statement) throws(Refusal) {
        guard let chain = statement.chain, chain.sequence == sequence,
            chain.previous == newest.hash
        else {
            throw Refusal(
                .outOfTurn, field: "chain",
                rule: "must have seq \(sequence) and prev \(newest), the newest control statement",
                existing: newest.hash)
        }
    }

    /// Checks that the signer may sign this at all, and that it did.
    private func checkAuthority(
        of statement: Statement, _ manifest: Manifest
    ) throws(Refusal) {
        let isHandover = manifest.predicateType == PredicateType.logKey
        if sequence == 1 || isHandover {
            guard sequence > 1 || manifest.predicateType == PredicateType.key else {
                throw Refusal(
                    .predicate, field: "entry 1", rule: "must be the first administrator's key")
            }
            return try checkLedgerSignature(of: statement)
        }
        if let recoveryKey, statement.keyID == recoveryKey.keyID {
            try checkRecovery(statement, manifest)
            return try Self.checkSignature(of: statement, by: Self.prepared(recoveryKey))
        }
        try checkInOffice(statement.keyID)
        let record = try judgeKey(of: statement.claims)
        guard record.roles.contains(.admin) else {
            throw Refusal(
                .role, field: "predicateType",
                rule: "\(manifest.predicateType) needs a key of role admin")
        }
        try Self.checkSignature(of: statement, by: record.verificationKey)
    }

    /// Checks that an administrator is not a retired one: `signedUntil` is for what a spool has
    /// signed before, but control statements stand in one order, and `prev` proves that this one
    /// was signed later, whatever its iat says (registry.md §3).
    private func checkInOffice(_ keyID: Hash) throws(Refusal) {
        guard let record = keys[keyID], record.roles.contains(.admin),
            case .retired = record.state
        else { return }
        throw Refusal(
            .keyState, field: "kid",
            rule: """
                is a retired administrator's, who changes nothing any more: \
                have an administrator in use sign
                """)
    }

    /// Checks that the ledger key in force has signed.
    func checkLedgerSignature(of statement: Statement) throws(Refusal) {
        let key = ledgerKeys.current
        guard statement.keyID == key.keyID else {
            throw Refusal(.role, field: "kid", rule: "must be the ledger key in force")
        }
        guard statement.issuer == ledgerIssuer else {
            throw Refusal(.issuer, field: "iss", rule: "must be \(ledgerIssuer) for the ledger key")
        }
        try Self.checkSignature(of: statement, by: Self.prepared(key))
    }

    /// Checks that the recovery key does nothing but replace administrators.
    private func checkRecovery(_ statement: Statement, _ manifest: Manifest) throws(Refusal) {
        guard statement.issuer == recoveryIssuer else {
            throw Refusal(
                .issuer, field: "iss", rule: "must be \(recoveryIssuer) for the recovery key")
        }
        guard manifest.predicateType == PredicateType.key,
            try KeyManifest(manifest).roles.contains(.admin)
        else {
            throw Refusal(
                .role, field: "predicateType",
                rule: "the recovery key may only replace administrators")
        }
    }

    private mutating func applyPolicy(
        _ new: PolicyManifest, _ next: inout Successor
    ) throws(Refusal) {
        guard new.origin == policy.origin, new.noteKey == policy.noteKey,
            new.receiptKey == policy.receiptKey, new.ledgerKey == policy.ledgerKey,
            new.recoveryKey == policy.recoveryKey
        else {
            throw Refusal(
                .schema, field: "predicate", rule: "origin and keys must equal those of entry 0")
        }
        next.algorithms = new.settings.algorithms
        try checkLockOut(leaving: next)
        policy = new
    }

    /// Ends the term of one of the ledger's own keys; `time` is the statement's iat.
    private mutating func applyHandover(
        _ change: LogKeyManifest, at time: UInt64, _ next: inout Successor
    ) throws(Refusal) {
        let accepted: Bool
        let claimed: Hash
        switch change.which {
        case .note:
            let new = try Self.noteKey(change.new, field: "predicate.new", origin: origin)
            claimed = try Self.purpose(of: new)
            try checkHandover(change, from: noteKeys.current.description, claiming: claimed)
            try checkLockOut(leaving: next)
            accepted = noteKeys.handOver(
                to: new, lastSize: change.lastSize, suspectFrom: change.suspectFrom, at: time)
        case .receipt:
            let new = try Self.coseKey(change.new, field: "predicate.new")
            claimed = new.keyID
            try checkHandover(change, from: receiptKeys.current.string, claiming: claimed)
            try checkLockOut(leaving: next)
            accepted = receiptKeys.handOver(
                to: new, lastSize: change.lastSize, suspectFrom: change.suspectFrom, at: time)
        case .ledger:
            let new = try Self.coseKey(change.new, field: "predicate.new")
            claimed = new.keyID
            try checkHandover(change, from: ledgerKeys.current.string, claiming: claimed)
            next.ledgerKey = new
            try checkLockOut(leaving: next)
            accepted = ledgerKeys.handOver(to: new, lastSize: change.lastSize)
        }
        guard accepted else {
            throw Refusal(
                .schema, field: "predicate.lastSize",
                rule: "must be above that of the handover before")
        }
        purposes.insert(claimed)
    }

    private func checkHandover(
        _ change: LogKeyManifest, from current: String, claiming keyID: Hash
    ) throws(Refusal) {
        guard change.old == Text(current) else {
            throw Refusal(.keyState, field: "predicate.old", rule: "must be the key in force")
        }
        guard !purposes.contains(keyID) else {
            throw Refusal(
                .schema, field: "predicate.new", rule: "has another purpose in this ledger")
        }
    }

    static func prepared(_ key: COSEKey) throws(Refusal) -> VerificationKey {
        do {
            return try key.verificationKey()
        } catch {
            throw Refusal(.schema, field: "coseKey", rule: "cannot be used: \(error)")
        }
    }
}
