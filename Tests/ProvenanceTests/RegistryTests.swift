import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Who may sign what, decided by order (registry.md).
@Suite struct RegistryTests {
    var log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
    }

    /// What the registry says to a capture that `signer` makes now.
    private mutating func judge(
        by signer: SigningKey? = nil, issuer: Text = MemoryLedger.berlin, audience: Text? = nil,
        issuedAt: UInt64 = MemoryLedger.start
    ) throws -> Refusal.Reason? {
        let statement = try log.capture(
            "x", by: signer, issuer: issuer, audience: audience, issuedAt: issuedAt
        ).statement
        return refusal { _ = try log.registry.judge(statement) }?.reason
    }

    /// What the registry says to a control manifest.
    private mutating func change(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil
    ) throws -> Refusal? {
        try log.refusal(of: manifest, by: signer, issuer: issuer)
    }

    @Test mutating func aPoPSignsOnlyForItsOwnIssuer() throws {
        #expect(try judge() == nil)
        #expect(try judge(issuer: MemoryLedger.rome) == .issuer)
        #expect(try judge(by: log.values.ed25519("stranger")) == .unknownKey)
    }

    @Test mutating func aPoPKeySignsNoControlStatement() throws {
        let key = try log.adding(log.values.ed25519("new").publicKey)
        #expect(try change(key, by: log.pop, issuer: MemoryLedger.berlin)?.reason == .role)
        let policy = try log.registry.policy.replacing(settings: .init(), nonce: log.nonce())
        #expect(try change(policy, by: log.pop, issuer: MemoryLedger.berlin)?.reason == .role)
        #expect(try change(policy, by: log.pop)?.reason == .issuer)
        #expect(try change(policy) == nil)
    }

    @Test mutating func anAdministratorSignsNoProvenance() throws {
        let issuer = log.adminIssuer
        #expect(try judge(by: log.admin, issuer: issuer) == .role)
    }

    @Test mutating func aControlStatementCountsOnceAndInOneLedger() throws {
        let statement = try log.control(log.adding(log.values.ed25519("new").publicKey))
        try log.registry.apply(statement, at: log.size)
        log.append(statement)
        let again = refusal { try log.registry.apply(statement, at: log.size) }
        #expect(again?.reason == .outOfTurn)
        #expect(again?.existing == statement.id.hash)
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        let replayed = refusal { try other.registry.apply(statement, at: other.size) }
        #expect(replayed?.field == "sub")
        // The same origin with another genesis is another ledger too.
        var twin = try MemoryLedger(seed: "twin")
        try twin.addPoP()
        #expect(refusal { try twin.registry.apply(statement, at: twin.size) }?.field == "chain.id")
    }

    @Test mutating func aRevocationIsFinal() throws {
        let add = try log.control(log.adding(log.pop.publicKey))
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 1))
        #expect(try judge() == .keyState)
        #expect(try change(log.adding(log.pop.publicKey))?.reason == .keyState)
        #expect(
            try change(log.adding(log.pop.publicKey, .retire, signedUntil: 0))?.reason == .keyState)
        #expect(refusal { try log.registry.apply(add, at: log.size) }?.reason == .outOfTurn)
    }

    @Test mutating func aRetiredKeyDrainsWhatItSignedBefore() throws {
        let now = MemoryLedger.start
        try log.apply(log.adding(log.pop.publicKey, .retire, signedUntil: Int64(now)))
        #expect(try judge(issuedAt: now) == nil)
        #expect(try judge(issuedAt: now + 1) == .keyState)
        let again = try log.addPoP()
        #expect(try judge(issuedAt: now + 1) == nil)
        let record = try #require(log.registry.keys[log.pop.publicKey.keyID])
        #expect(record.additions == [2, again])
    }

    @Test mutating func theNewestWindowIsInForceWithItsBounds() throws {
        let now = Int64(MemoryLedger.start)
        try log.apply(log.adding(log.pop.publicKey, notBefore: now - 5, notAfter: now + 5))
        for (offset, expected) in [
            (-6, Refusal.Reason.keyState), (-5, nil), (5, nil), (6, .keyState),
        ] {
            #expect(try judge(issuedAt: UInt64(now + Int64(offset))) == expected, "\(offset)")
        }
    }

    /// What helps depends on it: the clock that signed, or another window.
    @Test mutating func aTimeOutsideOfTheWindowIsToldItsBound() throws {
        let now = Int64(MemoryLedger.start)
        try log.apply(log.adding(log.pop.publicKey, notBefore: now, notAfter: now + 5))
        let bounds = [now, now + 5].map { Timestamp(seconds: $0).text?.string }
        let cases: [(Int64, String?, String?)] = [(-1, bounds[0], nil), (6, nil, bounds[1])]
        for (offset, first, last) in cases {
            let statement = try log.capture(
                "x", by: nil, issuer: MemoryLedger.berlin, audience: nil,
                issuedAt: UInt64(now + offset)
            ).statement
            let found = refusal { _ = try log.registry.judge(statement) }
            let words = try #require(found).description
            #expect(Refusal.firstSecond(in: words) == first)
            #expect(Refusal.lastSecond(in: words) == last)
        }
        for words in ["", "\u{1B}[31m", "2999-01-01", "2999-01-01T00:00:00Z\n"] {
            let forged = "iat: must not be before \(words), the key's notBefore"
            #expect(Refusal.firstSecond(in: forged) == nil)
        }
    }

    @Test mutating func aKeyKeepsIssuerAndRoles() throws {
        let key = log.pop.publicKey
        #expect(try change(log.adding(key, issuer: MemoryLedger.rome))?.field == "predicate.issuer")
        #expect(try change(log.adding(key, roles: [.ci]))?.field == "predicate.roles")
        #expect(
            try change(log.adding(key, roles: [.ci, .pop], .revoke))?.field == "predicate.roles")
        let unknown = try log.values.ed25519("new").publicKey
        #expect(try change(log.adding(unknown, .revoke))?.reason == .keyState)
    }

    @Test mutating func noKeyHasTwoPurposes() throws {
        guard case .ed25519(let note) = try log.values.ed25519("note").publicKey.material else {
            return
        }
        let keys = [
            try COSEKey(.ed25519(note)), log.receipt.publicKey, log.ledger.publicKey,
            log.recovery.publicKey,
        ]
        for key in keys {
            #expect(try change(log.adding(key))?.reason == .schema)
        }
        let handover = try LogKeyManifest(
            .receipt, old: Text(log.receipt.publicKey.string),
            new: Text(log.pop.publicKey.string), lastSize: 4
        ).manifest(origin: log.origin.text, nonce: log.nonce())
        #expect(try change(handover, by: log.ledger, issuer: log.uri)?.field == "predicate.new")
    }

    @Test mutating func theLastAdministratorStays() throws {
        let issuer = log.adminIssuer
        let revoke = try log.adding(
            log.admin.publicKey, issuer: issuer, roles: [.admin], .revoke)
        #expect(try change(revoke)?.reason == .lockOut)
        let second = try log.values.ed25519("second")
        try log.apply(log.adding(second.publicKey, issuer: "https://a.example", roles: [.admin]))
        #expect(try change(revoke) == nil)
    }

    @Test mutating func theRecoveryKeyOnlyReplacesAdministrators() throws {
        let issuer = log.uri + "/recovery"
        let second = try log.values.ed25519("second")
        let admin = try log.adding(second.publicKey, issuer: "https://a.example", roles: [.admin])
        #expect(try change(admin, by: log.recovery, issuer: issuer) == nil)
        #expect(try change(admin, by: log.recovery)?.reason == .issuer)
        let pop = try log.adding(second.publicKey)
        #expect(try change(pop, by: log.recovery, issuer: issuer)?.reason == .role)
        let policy = try log.registry.policy.replacing(settings: .init(), nonce: log.nonce())
        #expect(try change(policy, by: log.recovery, issuer: issuer)?.reason == .role)
    }

    @Test mutating func onlyTheLedgerKeyHandsKeysOver() throws {
        let new = try log.values.ed25519("receipt 2").publicKey
        let change = LogKeyManifest(
            .receipt, old: Text(log.receipt.publicKey.string), new: Text(new.string), lastSize: 4)
        let manifest = try change.manifest(origin: log.origin.text, nonce: log.nonce())
        #expect(try self.change(manifest)?.reason == .role)
        try log.apply(manifest, by: log.ledger, issuer: log.uri)
        #expect(log.registry.receiptKeys.isInForce(log.receipt.publicKey, forSize: 4))
        #expect(!log.registry.receiptKeys.isInForce(log.receipt.publicKey, forSize: 5))
        #expect(!log.registry.receiptKeys.isInForce(new, forSize: 4))
        #expect(log.registry.receiptKeys.isInForce(new, forSize: 5))
        let stale = try self.change(manifest, by: log.ledger, issuer: log.uri)
        #expect(stale?.field == "predicate.old")
    }

    @Test mutating func thePolicyDecidesAlgorithmTypeAndLimits() throws {
        var settings = PolicyManifest.Settings()
        settings.predicateTypes = [PredicateType.milestone]
        try log.apply(settings: settings)
        #expect(try judge() == .predicate)
        settings = PolicyManifest.Settings()
        settings.statementBytes = 300
        try log.apply(settings: settings)
        #expect(try judge() == .tooLarge)
        let key = try log.values.es256("es")
        try log.apply(settings: .init(algorithms: [-8]))
        try log.addPoP(key.publicKey)
        #expect(try judge(by: key) == .algorithm)
        #expect(try judge() == nil)
    }

    @Test mutating func anotherLedgersAudienceIsRefused() throws {
        #expect(try judge(audience: "other.example") == .audience)
        #expect(try judge(audience: log.origin.text) == nil)
    }

    @Test mutating func theFutureIsRefusedAndOverflowIsNot() throws {
        let now = MemoryLedger.start
        let soon = try log.capture("x", issuedAt: now + 86_400).statement
        let late = try log.capture("x", issuedAt: now + 86_401).statement
        #expect(refusal { try log.registry.checkClock(of: soon, now: now) } == nil)
        #expect(refusal { try log.registry.checkClock(of: late, now: now) }?.reason == .clock)
        #expect(refusal { try log.registry.checkClock(of: late, now: .max) } == nil)
    }

    @Test mutating func controlStatementsStandInOneOrderFromEntryOne() throws {
        let statement = try log.control(log.adding(log.values.ed25519("new").publicKey))
        for index in [0, 1, 2] as [UInt64] {
            #expect(refusal { try log.registry.apply(statement, at: index) }?.field == "index")
        }
        let genesis = log.controls[0].statement
        let first = log.controls[1].statement
        var registry = try Registry(genesis: genesis)
        #expect(refusal { try registry.apply(first, at: 2) }?.field == "index")
        try registry.apply(first, at: 1)
        #expect(refusal { _ = try Registry(genesis: first) }?.reason == .predicate)
    }
}
