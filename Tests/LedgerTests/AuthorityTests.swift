import Checkpoints
import Encoding
import Ledger
import LedgerCheck
import Manifests
import Merkle
import Provenance
import Studio
import Testing
import TestLedger

/// The rules of authority as the ledger itself keeps them (registry.md §9): at its door, in
/// what it stores and in the kit that it gives out.
@Suite struct AuthorityTests {
    private static let deputyIssuer: Text = "https://admins.example/deputy"

    let fixture: LedgerFixture
    let deputy = SigningKeyMaker.es256()

    init() throws {
        fixture = try LedgerFixture()
    }

    private func change(
        _ operation: KeyManifest.Operation, _ key: COSEKey, issuer: Text, notBefore: Int64 = 0,
        notAfter: Int64 = KeyManifest.never
    ) -> KeyManifest {
        KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: [.admin],
            notBefore: notBefore, notAfter: notAfter,
            signedUntil: operation == .retire ? Int64(fixture.clock.now) : nil)
    }

    /// Control statements of one chain, each on top of the one before it.
    private func chain(
        _ steps: [(change: KeyManifest, signer: SigningKey, issuer: Text, issuedAt: UInt64)]
    ) throws -> [[UInt8]] {
        var newest = try fixture.newestControl()
        let origin = try Origin(Text(LedgerFixture.origin))
        return try steps.map { step in
            let fresh = Freshness(issuedAt: step.issuedAt)
            newest = try Administrator(issuer: step.issuer, key: step.signer).sign(
                step.change.manifest(origin: origin.text, nonce: fresh.nonce), for: origin,
                at: Chain(after: newest), fresh)
            return newest.leaf
        }
    }

    private var adminIssuer: Text { Text("https://\(LedgerFixture.origin)/admin") }

    /// The first administrator is retired and, with `iat` dated back, wants all of it back.
    @Test func aRetiredAdministratorIsRefusedWhateverItsIatSays() async throws {
        let now = fixture.clock.now
        let admin = fixture.admin
        let statements = try chain([
            (change(.add, deputy.publicKey, issuer: Self.deputyIssuer), admin, adminIssuer, now),
            (
                change(.retire, admin.publicKey, issuer: adminIssuer), deputy, Self.deputyIssuer,
                now
            ),
            (
                change(.revoke, deputy.publicKey, issuer: Self.deputyIssuer), admin, adminIssuer,
                now - 60
            ),
        ])
        var answers: [Registration] = []
        for statement in statements { answers += await fixture.ledger.register([statement]) }
        guard case .refused(let refusal, _) = try #require(answers.last) else {
            Issue.record("\(answers)")
            return
        }
        #expect(refusal.reason == .keyState && refusal.field == "kid", "\(refusal)")
        #expect(answers.count == 3)
        try await expectSound(controls: 4)
    }

    @Test func whatWouldLockEverybodyOutIsRefusedAndTheLedgerGoesOn() async throws {
        let policy = try await policyManifest([-7])
        let past = change(
            .add, fixture.admin.publicKey, issuer: adminIssuer, notAfter: 1_000_000_000)
        for bytes in [try fixture.control(policy), try fixture.control(past)] {
            guard case .refused(let refusal, _) = try await fixture.register(bytes) else {
                Issue.record("admitted")
                return
            }
            #expect(refusal.reason == .lockOut && refusal.field.hasPrefix("predicate."))
        }
        let add = change(.add, deputy.publicKey, issuer: Self.deputyIssuer)
        guard case .registered = try await fixture.register(fixture.control(add)) else {
            Issue.record("the administrator cannot change the ledger any more")
            return
        }
        try await expectSound(controls: 3)
    }

    /// The policy in force, with other algorithms.
    private func policyManifest(_ algorithms: [Int64]) async throws -> Manifest {
        let kit = try TrustKit(fixture.ledger.trustKit())
        return try kit.registry.policy.replacing(
            settings: .init(algorithms: algorithms), nonce: randomBytes())
    }

    /// The folder folds when it is opened, `fsck` finds nothing, and the kit holds so many.
    private func expectSound(controls: Int) async throws {
        var options = CheckOptions()
        options.signatures = true
        let report = try fixture.ledger.check(options)
        #expect(report.isClean, "\(report.findings)")
        try fixture.reopen()
        #expect(try TrustKit(fixture.ledger.trustKit()).controls.count == controls)
    }
}
