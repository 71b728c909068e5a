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

    private func change(
        _ operation: KeyManifest.Operation, _ key: COSEKey, roles: [Role] = [.pop],
        issuer: Text = LedgerFixture.berlin
    ) -> KeyManifest {
        KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: roles, notBefore: 0)
    }

    private func reason(_ bytes: [UInt8], _ fixture: LedgerFixture) async throws -> Refusal.Reason?
    {
        switch try await fixture.register(bytes) {
        case .refused(let refusal, _): refusal.reason
        case .registered, .known, .unpublished: nil
        }
    }

    /// The other ledger has the same administrator and even the same origin, after a restart from
    /// nothing; only its genesis differs.
    @Test func anAdministratorsStatementOfAnotherLedgerIsRefused() async throws {
        let other = try LedgerFixture()
        let admins = change(
            .add, other.admin.publicKey, roles: [.admin], issuer: "https://admins.example/2")
        #expect(try await reason(fixture.control(admins), fixture) == nil)
        let newest = try fixture.newestControl()
        for issuer in ["https://admins.example/2", nil] as [Text?] {
            let replayed = try other.control(
                change(.add, fixture.pop.publicKey), issuer: issuer)
            #expect(try await reason(replayed, fixture) != nil)
        }
        #expect(try fixture.newestControl() == newest)
        #expect(try await reason(fixture.capture("photo"), fixture) == .unknownKey)
    }

    /// The statement that added a key, sent again after the key was revoked, adds nothing.
    @Test func anAdministratorsStatementReplayedAfterARevokeChangesNothing() async throws {
        let add = try fixture.control(change(.add, fixture.pop.publicKey))
        #expect(try await reason(add, fixture) == nil)
        let revoke = try fixture.control(change(.revoke, fixture.pop.publicKey))
        #expect(try await reason(revoke, fixture) == nil)
        let size = fixture.ledger.head().size
        for replayed in [add, revoke] {
            guard case .known = try await fixture.register(replayed) else {
                Issue.record("a replayed statement was registered again")
                return
            }
        }
        #expect(fixture.ledger.head().size == size)
        #expect(try await reason(fixture.capture("photo"), fixture) == .keyState)
        // A revoked administrator's statement is refused though its signature holds.
        let second = SigningKeyMaker.ed25519()
        let issuer: Text = "https://admins.example/2"
        let admin = change(.add, second.publicKey, roles: [.admin], issuer: issuer)
        #expect(try await reason(fixture.control(admin), fixture) == nil)
        let out = change(.revoke, second.publicKey, roles: [.admin], issuer: issuer)
        #expect(try await reason(fixture.control(out), fixture) == nil)
        let late = try fixture.control(
            change(.add, SigningKeyMaker.es256().publicKey), by: second, issuer: issuer)
        #expect(try await reason(late, fixture) == .keyState)
    }

    /// Both keys are registered, so nothing but the rule stands between them.
    @Test func aPoPCannotRegisterForAnotherPoPsIssuer() async throws {
        let rome = SigningKeyMaker.es256()
        try await fixture.addPoP()
        try await fixture.addPoP(rome.publicKey, issuer: "https://pops.example/rome")
        let forged = try fixture.capture("photo", issuer: "https://pops.example/rome")
        #expect(try await reason(forged, fixture) == .issuer)
        #expect(try await reason(fixture.capture("photo", by: rome), fixture) == .issuer)
        #expect(fixture.ledger.head().size == 4)
    }
}
