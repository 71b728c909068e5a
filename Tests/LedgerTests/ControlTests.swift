import Encoding
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger

@Suite struct ControlTests {
    let fixture: LedgerFixture

    init() throws {
        fixture = try LedgerFixture()
    }

    @Test func aRevokedKeyRegistersNothingFromThenOn() async throws {
        try await fixture.addPoP()
        let before = try fixture.capture("before")
        #expect(try await fixture.reasonToRefuse(before) == nil)
        let revoke = KeyManifest.change(.revoke, fixture.pop.publicKey, suspectFrom: 3)
        #expect(try await fixture.reasonToRefuse(fixture.control(revoke)) == nil)
        #expect(try await fixture.reasonToRefuse(fixture.capture("after")) == .keyState)
        // A retry of what was registered before is answered all the same.
        guard case .known = try await fixture.register(before) else {
            Issue.record("the retry was not known")
            return
        }
        let again = KeyManifest.change(.add, fixture.pop.publicKey)
        #expect(try await fixture.reasonToRefuse(fixture.control(again)) == .keyState)
    }

    @Test func aRetiredKeyRegistersOnlyWhatItSignedBefore() async throws {
        try await fixture.addPoP()
        let now = fixture.clock.now
        let retire = KeyManifest.change(.retire, fixture.pop.publicKey, signedUntil: Int64(now))
        #expect(try await fixture.reasonToRefuse(fixture.control(retire)) == nil)
        #expect(try await fixture.reasonToRefuse(fixture.capture("old", issuedAt: now)) == nil)
        #expect(
            try await fixture.reasonToRefuse(fixture.capture("new", issuedAt: now + 1)) == .keyState
        )
    }

    @Test func aControlStatementOutOfTurnNamesTheNewest() async throws {
        let stale = try fixture.control(KeyManifest.change(.add, SigningKeyMaker.es256().publicKey))
        try await fixture.addPoP()
        let answer = try await fixture.register(stale)
        guard case .refused(let refusal, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(refusal.reason == .outOfTurn)
        #expect(refusal.existing == (try fixture.newestControl().id.hash))
    }

    @Test func aPoPKeyCannotSignControlStatements() async throws {
        try await fixture.addPoP()
        let add = KeyManifest.change(.add, SigningKeyMaker.ed25519().publicKey)
        let forged = try fixture.control(add, by: fixture.pop, issuer: LedgerFixture.berlin)
        #expect(try await fixture.reasonToRefuse(forged) == .role)
    }

    @Test func theLastAdministratorCannotBeRemoved() async throws {
        let issuer = Text("https://\(LedgerFixture.origin)/admin")
        let revoke = KeyManifest.change(
            .revoke, fixture.admin.publicKey, roles: [.admin], issuer: issuer)
        #expect(try await fixture.reasonToRefuse(fixture.control(revoke)) == .lockOut)
    }

    @Test func aKeyKeepsItsIssuerAndRolesForEver() async throws {
        try await fixture.addPoP()
        let other = KeyManifest.change(
            .add, fixture.pop.publicKey, issuer: "https://pops.example/rome")
        #expect(try await fixture.reasonToRefuse(fixture.control(other)) == .keyState)
        let roles = KeyManifest.change(.add, fixture.pop.publicKey, roles: [.ci])
        #expect(try await fixture.reasonToRefuse(fixture.control(roles)) == .keyState)
    }

    @Test func noKeyHasTwoPurposes() async throws {
        let receiptKey = try #require(fixture.ledger.scittKeys().first)
        #expect(
            try await fixture.reasonToRefuse(fixture.control(KeyManifest.change(.add, receiptKey)))
                == .schema)
    }

    @Test func aRoleSignsOnlyItsOwnPredicates() async throws {
        try await fixture.addPoP(roles: [.ci])
        #expect(try await fixture.reasonToRefuse(fixture.capture("photo")) == .role)
    }

    @Test func theRecoveryKeyReplacesAdministratorsAndNothingElse() async throws {
        let recovery = SigningKeyMaker.ed25519()
        let fixture = try LedgerFixture(recovery: recovery.publicKey)
        let issuer = Text("https://\(LedgerFixture.origin)/recovery")
        let successor = SigningKeyMaker.es256()
        let admin = KeyManifest.change(
            .add, successor.publicKey, roles: [.admin], issuer: "https://admins.example/2")
        let bytes = try fixture.control(admin, by: recovery, issuer: issuer)
        guard case .registered = try await fixture.register(bytes) else {
            Issue.record("the recovery key could not add an administrator")
            return
        }
        let pop = try fixture.control(
            KeyManifest.change(.add, fixture.pop.publicKey), by: recovery, issuer: issuer)
        guard case .refused(let refusal, _) = try await fixture.register(pop) else {
            Issue.record("the recovery key added a PoP")
            return
        }
        #expect(refusal.reason == .role)
    }

    @Test func anErasureRemovesTheBytesAndKeepsTheProof() async throws {
        try await fixture.addPoP()
        let bytes = try fixture.capture("photo")
        let file = try TransparentStatement(bytes)
        guard case .registered(let id, _) = try await fixture.register(bytes) else {
            Issue.record("not registered")
            return
        }
        let erasure = ErasureManifest(
            entries: [Text("\(id)")], sha256: file.statement.manifestDigest, reason: "asked for",
            authority: "the creator")
        let manifest = try erasure.manifest(
            origin: Text(LedgerFixture.origin), nonce: randomBytes())
        guard case .registered(let by, _) = try await fixture.register(fixture.control(manifest))
        else {
            Issue.record("the erasure was not registered")
            return
        }
        #expect(try fixture.ledger.manifest(id) == .erased(by: by))
        guard case .known = try await fixture.register(bytes) else {
            Issue.record("the retry was not known")
            return
        }
        #expect(try fixture.ledger.manifest(id) == .erased(by: by))
        let kept = try #require(try fixture.ledger.transparent(id))
        let report = try fixture.verifier().verify(
            file: kept, artifact: .sha256(Array("photo".utf8)))
        #expect(report.ok, "\(report.findings)")
        #expect(report.findings.contains { $0.check == .manifest && $0.verdict == .absent })
    }

    @Test func anErasureOfAnotherManifestIsRefused() async throws {
        try await fixture.addPoP()
        guard
            case .registered(let id, _) = try await fixture.register(fixture.capture("photo"))
        else {
            Issue.record("not registered")
            return
        }
        let erasure = ErasureManifest(
            entries: [Text("\(id)")], sha256: .sha256([1]), reason: "", authority: "")
        let manifest = try erasure.manifest(
            origin: Text(LedgerFixture.origin), nonce: randomBytes())
        #expect(try await fixture.reasonToRefuse(fixture.control(manifest)) == .mismatch)
    }
}
