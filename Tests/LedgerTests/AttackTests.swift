import Encoding
import Ledger
import Manifests
import Provenance
import Testing
import TestLedger

/// Attacks on admission that need somebody else's signature, sent to a running ledger.
@Suite(.serialized) struct AttackTests {
    let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
    }

    /// The other ledger has the same administrator and even the same origin, after a restart from
    /// nothing; only its genesis differs.
    @Test func anAdministratorsStatementOfAnotherLedgerIsRefused() async throws {
        let other = try LedgerFixture()
        let admins = KeyManifest.change(
            .add, other.admin.publicKey, roles: [.admin], issuer: "https://admins.example/2")
        #expect(try await fixture.reasonToRefuse(fixture.control(admins)) == nil)
        let newest = try fixture.newestControl()
        for issuer in ["https://admins.example/2", nil] as [Text?] {
            let replayed = try other.control(
                KeyManifest.change(.add, fixture.pop.publicKey), issuer: issuer)
            #expect(try await fixture.reasonToRefuse(replayed) != nil)
        }
        #expect(try fixture.newestControl() == newest)
        #expect(try await fixture.reasonToRefuse(fixture.capture("photo")) == .unknownKey)
    }

    /// The statement that added a key, sent again after the key was revoked, adds nothing.
    @Test func anAdministratorsStatementReplayedAfterARevokeChangesNothing() async throws {
        let add = try fixture.control(KeyManifest.change(.add, fixture.pop.publicKey))
        #expect(try await fixture.reasonToRefuse(add) == nil)
        let revoke = try fixture.control(KeyManifest.change(.revoke, fixture.pop.publicKey))
        #expect(try await fixture.reasonToRefuse(revoke) == nil)
        let size = fixture.ledger.head().size
        for replayed in [add, revoke] {
            guard case .known = try await fixture.register(replayed) else {
                Issue.record("a replayed statement was registered again")
                return
            }
        }
        #expect(fixture.ledger.head().size == size)
        #expect(try await fixture.reasonToRefuse(fixture.capture("photo")) == .keyState)
        // A revoked administrator's statement is refused though its signature holds.
        let second = SigningKeyMaker.ed25519()
        let issuer: Text = "https://admins.example/2"
        let admin = KeyManifest.change(.add, second.publicKey, roles: [.admin], issuer: issuer)
        #expect(try await fixture.reasonToRefuse(fixture.control(admin)) == nil)
        let out = KeyManifest.change(.revoke, second.publicKey, roles: [.admin], issuer: issuer)
        #expect(try await fixture.reasonToRefuse(fixture.control(out)) == nil)
        let late = try fixture.control(
            KeyManifest.change(.add, SigningKeyMaker.es256().publicKey), by: second, issuer: issuer)
        #expect(try await fixture.reasonToRefuse(late) == .keyState)
    }

    /// Both keys are registered, so nothing but the rule stands between them.
    @Test func aPoPCannotRegisterForAnotherPoPsIssuer() async throws {
        let rome = SigningKeyMaker.es256()
        try await fixture.addPoP()
        try await fixture.addPoP(rome.publicKey, issuer: "https://pops.example/rome")
        let forged = try fixture.capture("photo", issuer: "https://pops.example/rome")
        #expect(try await fixture.reasonToRefuse(forged) == .issuer)
        #expect(try await fixture.reasonToRefuse(fixture.capture("photo", by: rome)) == .issuer)
        #expect(fixture.ledger.head().size == 4)
    }
}
