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
        if let audience = statement.audience, audience != origin.text {
            throw Refusal(.audience, field: "aud", rule: "must be \(origin.text), not \(audience)")
        }
        return try judgeSigner(of: statement)
    }

    /// Like ``judge(_:)``, without a look at the audience.
    func judgeSigner(of statement: Statement) throws(Refusal) -> VerificationKey {
        try checkAlgorithm(of: statement)
        guard statement.leaf.count <= policy.settings.statementBytes else {
            throw Refusal(
                .tooLarge, field: "statement",
                rule: "must not exceed the policy's \(policy.settings.statementBytes) bytes")
        }
        // Foreign manifests are other people's, and bound by their own limit alone.
        let isBound = PredicateType.isOurs(statement.predicate)
        guard !isBound || statement.subjectDigests.count <= policy.settings.subjects else {
            throw Refusal(
                .tooLarge, field: "subjects",
                rule: "must not exceed the policy's \(policy.settings.subjects)")
        }
        let record = try judgeKey(of: statement)
        try checkPredicate(statement.predicate)
        let role = Self.role(for: statement.predicate)
        guard record.roles.contains(role) else {
            throw Refusal(
                .role, field: "predicate",
                rule: "\(statement.predicate) needs a key of role \(role.rawValue)")
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
        guard byteCount <= policy.settings.manifestBytes else {
            throw Refusal(
                .tooLarge, field: "manifest",
                rule: "must not exceed \(policy.settings.manifestBytes) bytes")
        }
    }

    /// Returns the registered key of `statement` if it may sign with this iss at this iat.
    func judgeKey(of statement: Statement) throws(Refusal) -> KeyRecord {
        guard let record = keys[statement.keyID] else {
            throw .unregisteredKey
        }
        guard statement.issuer == record.issuer else {
            throw Refusal(
                .issuer, field: "iss", rule: "must be \(record.issuer), the issuer of this key")
        }
        guard record.key.algorithm == statement.algorithm else {
            throw Refusal(
                .algorithm, field: "alg",
                rule: "must be \(record.key.algorithm.rawValue), that of the key")
        }
        let issuedAt = Int64(clamping: statement.issuedAt)
        switch record.state {
        case .added: break
        case .retired(let signedUntil):
            guard issuedAt <= signedUntil else {
                throw Refusal(
                    .keyState, field: "iat",
                    rule: "must not be after \(signedUntil): the key is retired")
            }
        case .revoked:
            throw .revokedKey
        }
        guard issuedAt >= record.notBefore else {
            throw .beforeKey
        }
        guard issuedAt <= record.notAfter else {
            throw .afterKey
        }
        return record
    }

    /// Checks the one rule that the clock decides: a statement from the future (registry.md §5).
    public func checkClock(of statement: Statement, now: UInt64) throws(Refusal) {
        let latest = now.addingReportingOverflow(policy.settings.maxAhead)
        guard latest.overflow || statement.issuedAt <= latest.partialValue else {
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
        guard key.algorithm == statement.algorithm else {
            throw Refusal(
                .algorithm, field: "alg", rule: "must be \(key.algorithm.rawValue), that of the key"
            )
        }
        do throws(SignatureError) {
            try key.check(signature: statement.signature, for: statement.toBeSigned)
        } catch {
            throw Refusal(.signature, field: "signature", rule: "\(error)")
        }
    }
}
