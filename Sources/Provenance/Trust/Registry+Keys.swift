import Encoding
import Manifests
import Merkle

extension Registry {
    /// Applies a `key` statement, after the check that an administrator is left.
    mutating func applyKey(
        _ change: KeyManifest, at index: UInt64, _ next: inout Successor
    ) throws(Refusal) {
        let key = try Self.coseKey(change.coseKey, field: "predicate.coseKey")
        guard sequence > 1 || (change.operation == .add && change.roles.contains(.admin)) else {
            throw Refusal(.schema, field: "entry 1", rule: "must add a key of role admin")
        }
        guard change.notBefore <= change.notAfter else {
            throw Refusal(
                .schema, field: "predicate.notAfter", rule: "must not be before notBefore")
        }
        guard let old = keys[key.keyID] else {
            return try addFirst(key, change, at: index, &next)
        }
        let record = try Self.changed(old, by: change, at: index)
        next.record = record
        try checkLockOut(leaving: next)
        keys[key.keyID] = record
    }

    /// Adds a key of which no statement has spoken.
    private mutating func addFirst(
        _ key: COSEKey, _ change: KeyManifest, at index: UInt64, _ next: inout Successor
    ) throws(Refusal) {
        guard change.operation == .add else {
            throw Refusal(
                .keyState, field: "predicate.operation",
                rule: "must be add in the first statement about a key")
        }
        let verificationKey = try Self.prepared(key)
        guard !purposes.contains(key.keyID) else {
            throw Refusal(
                .schema, field: "predicate.coseKey", rule: "has another purpose in this ledger")
        }
        let record = KeyRecord(
            key: key, verificationKey: verificationKey, issuer: change.issuer,
            roles: Set(change.roles), notBefore: change.notBefore, notAfter: change.notAfter,
            state: .added, additions: [index], changedAt: index)
        next.record = record
        try checkLockOut(leaving: next)
        purposes.insert(key.keyID)
        keys[key.keyID] = record
        if record.roles.contains(.admin) { administrators.append(key.keyID) }
    }

    /// Returns the record of a key after one more statement about it.
    ///
    /// A kid has one issuer and one set of roles for ever, and a revocation is final: another one
    /// may only say that more of the key's entries are suspect (registry.md §6).
    private static func changed(
        _ old: KeyRecord, by change: KeyManifest, at index: UInt64
    ) throws(Refusal) -> KeyRecord {
        guard change.issuer == old.issuer else {
            throw Refusal(
                .keyState, field: "predicate.issuer",
                rule: "must stay \(old.issuer) for this key")
        }
        guard Set(change.roles) == old.roles else {
            throw Refusal(
                .keyState, field: "predicate.roles", rule: "must stay the same for this key")
        }
        var record = old
        if case .revoked(let suspectFrom) = old.state {
            try checkRepeated(change, of: old, suspectFrom: suspectFrom)
            record.state = .revoked(suspectFrom: change.suspectFrom)
            return record
        }
        (record.notBefore, record.notAfter) = (change.notBefore, change.notAfter)
        record.changedAt = index
        switch change.operation {
        case .add:
            record.state = .added
            record.additions.append(index)
        case .retire: record.state = .retired(signedUntil: change.signedUntil ?? 0)
        case .revoke: record.state = .revoked(suspectFrom: change.suspectFrom)
        }
        return record
    }

    /// Checks a statement about a revoked key: a `revoke` that sets or lowers `suspectFrom`, and
    /// repeats all else.
    private static func checkRepeated(
        _ change: KeyManifest, of old: KeyRecord, suspectFrom: UInt64?
    ) throws(Refusal) {
        guard change.operation == .revoke else {
            throw Refusal(
                .keyState, field: "predicate.coseKey",
                rule: "was revoked: that is final; add another key")
        }
        guard change.notBefore == old.notBefore, change.notAfter == old.notAfter else {
            throw Refusal(
                .keyState, field: "predicate.notBefore",
                rule: "and notAfter must stay those of the revoked key")
        }
        guard let lower = change.suspectFrom, lower < suspectFrom ?? .max else {
            let known = suspectFrom.map { ", below \($0)" } ?? ""
            throw Refusal(
                .keyState, field: "predicate.suspectFrom",
                rule: "must be there\(known): the key is revoked already")
        }
    }
}
