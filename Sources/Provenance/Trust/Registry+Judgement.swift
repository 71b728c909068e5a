import Checkpoints
public import Encoding
public import Manifests
import Merkle

extension Registry {
    /// Returns the key that must have signed `statement`, after every rule that the state at
    /// this point of the log decides: algorithm, audience, key, issuer, window, role, policy.
    ///
    /// For statements about artifacts; ``apply(_:at:)`` judges control statements. The
    /// signature itself and the clock are left to the caller (registry.md §5).
    public func judge(_ statement: Statement) throws(Refusal) -> VerificationKey {
        try judge(statement.claims)
    }

    /// The same, of the claims alone.
    package func judge(_ claims: SignedClaims) throws(Refusal) -> VerificationKey {
        if let audience = claims.audience, audience != origin.text {
            throw Refusal(.audience, field: "aud", rule: "must be \(origin.text), not \(audience)")
        }
        return try judgeSigner(of: claims)
    }

    /// Like `judge(_:)`, without a look at the audience.
    func judgeSigner(of claims: SignedClaims) throws(Refusal) -> VerificationKey {
        try checkAlgorithm(of: claims)
        guard claims.byteCount <= policy.settings.statementBytes else {
            throw Refusal(
                .tooLarge, field: "statement",
                rule: "must not exceed the policy's \(policy.settings.statementBytes) bytes")
        }
        // Foreign manifests are other people's, and bound by their own limit alone.
        let isBound = PredicateType.isOurs(claims.predicate)
        guard !isBound || claims.artifactCount <= policy.settings.subjects else {
            throw Refusal(
                .tooLarge, field: "subjects",
                rule: "must not exceed the policy's \(policy.settings.subjects)")
        }
        let record = try judgeKey(of: claims)
        try checkPredicate(claims.predicate)
        let role = Self.role(for: claims.predicate)
        guard record.roles.contains(role) else {
            throw Refusal(
                .role, field: "predicate",
                rule: "\(claims.predicate) needs a key of role \(role.rawValue)")
        }
        return record.verificationKey
    }

    /// The role whose keys may sign statements of `predicate` (registry.md §4).
    static func role(for predicate: Text) -> Role {
        PredicateType.isOurs(predicate) ? .pop : .ci
    }

    /// Checks that the policy in force lists `predicate`.
    func checkPredicate(_ predicate: Text) throws(Refusal) {
        guard policy.settings.predicateTypes.contains(predicate) else {
            throw Refusal(.predicate, field: "predicate", rule: "must be one that the policy lists")
        }
    }

    /// Checks the policy's limit on manifests, which may be lower than that of every manifest.
    public func checkSize(ofManifest byteCount: Int) throws(Refusal) {
        try Self.checkSize(ofManifest: byteCount, limit: policy.settings.manifestBytes)
    }

    /// The same, of the limit alone.
    package static func checkSize(ofManifest byteCount: Int, limit: Int) throws(Refusal) {
        guard byteCount <= limit else {
            throw Refusal(
                .tooLarge, field: "manifest", rule: "must not exceed \(limit) bytes")
        }
    }

    /// Returns the registered key of `claims` if it may sign with this iss at this iat.
    func judgeKey(of claims: SignedClaims) throws(Refusal) -> KeyRecord {
        guard let record = keys[claims.keyID] else {
            throw .unregisteredKey
        }
        guard claims.issuer == record.issuer else {
            throw Refusal(
                .issuer, field: "iss", rule: "must be \(record.issuer), the issuer of this key")
        }
        guard record.key.algorithm == claims.algorithm else {
            throw Refusal(
                .algorithm, field: "alg",
                rule: "must be \(record.key.algorithm.rawValue), that of the key")
        }
        let issuedAt = Int64(clamping: claims.issuedAt)
        switch record.state {
        case .added: break
        case .retired(let signedUntil):
            guard issuedAt <= signedUntil else {
                throw Refusal(
                    .keyState, field: "iat",
                    rule: "must not be after \(Instant(UInt64(clamping: signedUntil))): the key is "
                        + "retired")
            }
        case .revoked:
            throw .revokedKey
        }
        guard issuedAt >= record.notBefore else {
            throw .beforeKey(record.notBefore)
        }
        guard issuedAt <= record.notAfter else {
            throw .afterKey(record.notAfter)
        }
        return record
    }

    /// Checks the one rule that the clock decides: a statement from the future (registry.md §5).
    public func checkClock(of statement: Statement, now: UInt64) throws(Refusal) {
        try checkClock(issuedAt: statement.issuedAt, now: now)
    }

    /// The same, of the statement's time alone.
    package func checkClock(issuedAt: UInt64, now: UInt64) throws(Refusal) {
        let latest = now.addingReportingOverflow(policy.settings.maxAhead)
        guard latest.overflow || issuedAt <= latest.partialValue else {
            let seconds = policy.settings.maxAhead
            throw Refusal(
                .clock, field: "iat",
                rule: "must not be more than \(seconds) s ahead of the ledger's clock")
        }
    }

    /// Checks the signature of `statement`; the refusal says which rule it broke.
    public static func checkSignature(
        of statement: Statement, by key: VerificationKey
    ) throws(Refusal) {
        try checkSignature(
            statement.signature, over: statement.toBeSigned, statement.algorithm, by: key)
    }

    /// The same, of the parts: what was signed is the Sig_structure (RFC 9052 §4.4).
    package static func checkSignature(
        _ signature: [UInt8], over message: [UInt8], _ algorithm: COSEAlgorithm,
        by key: VerificationKey
    ) throws(Refusal) {
        guard key.algorithm == algorithm else {
            throw Refusal(
                .algorithm, field: "alg", rule: "must be \(key.algorithm.rawValue), that of the key"
            )
        }
        do throws(SignatureError) {
            try key.check(signature: signature, for: message)
        } catch {
            throw Refusal(.signature, field: "signature", rule: "\(error)")
        }
    }
}
