import Encoding
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

/// A file that the ledger gives, judged by kits that are older than the key that signed it.
@Suite struct TransparentTests {
    let fixture: LedgerFixture

    init() throws {
        fixture = try LedgerFixture()
    }

    private func report(_ verifier: Verifier, _ bytes: [UInt8], _ artifact: String) -> Report {
        verifier.verify(file: bytes, artifact: .sha256(Array(artifact.utf8)))
    }

    @Test func aKitFromBeforeTheKeyWasAddedIsEnough() async throws {
        let old = try fixture.verifier()
        try await fixture.addPoP()
        let id = try await fixture.registerNew(fixture.capture("photo"))
        let bytes = try #require(try fixture.ledger.transparent(id))
        var file = try TransparentStatement(bytes)
        #expect(file.issuers.count == 1)
        #expect(try fixture.verifier().verify(file: bytes, artifact: nil, recordOnly: true).ok)
        let report = report(old, bytes, "photo")
        #expect(report.ok, "\(report.findings)")
        #expect(report.reached == .logged)
        file.issuers = []
        let bare = self.report(old, file.encoded(), "photo")
        #expect(!bare.ok)
        #expect(bare.findings.contains { $0.check == .issuer && $0.verdict == .unknown })
        #expect(!bare.findings.contains { $0.verdict == .refuted })
    }

    @Test func theChainReachesAnAdministratorThatTheKitKnows() async throws {
        let old = try fixture.verifier()
        let second = SigningKeyMaker.es256()
        let issuer: Text = "https://admins.example/2"
        let add = KeyManifest(
            .add, coseKey: Text(second.publicKey.string), issuer: issuer, roles: [.admin],
            notBefore: 0)
        _ = try await fixture.registerNew(fixture.control(add))
        let pop = KeyManifest(
            .add, coseKey: Text(fixture.pop.publicKey.string), issuer: LedgerFixture.berlin,
            roles: [.pop], notBefore: 0)
        _ = try await fixture.registerNew(fixture.control(pop, by: second, issuer: issuer))
        let id = try await fixture.registerNew(fixture.capture("photo"))
        let bytes = try #require(try fixture.ledger.transparent(id))
        var file = try TransparentStatement(bytes)
        #expect(file.issuers.count == 2)
        let full = report(old, bytes, "photo")
        #expect(full.ok, "\(full.findings)")
        file.issuers.removeLast()
        let cut = report(old, file.encoded(), "photo")
        #expect(!cut.ok)
        #expect(cut.findings.contains { $0.check == .issuer && $0.verdict == .unknown })
        file.issuers = Array(try TransparentStatement(bytes).issuers.reversed())
        let turned = report(old, file.encoded(), "photo")
        #expect(turned.findings.contains { $0.check == .issuer && $0.verdict == .refuted })
    }

    @Test func theFirstAdministratorNeedsNoChain() async throws {
        try await fixture.addPoP()
        let id = try fixture.newestControl().id
        let bytes = try #require(try fixture.ledger.transparent(id))
        #expect(try TransparentStatement(bytes).issuers.isEmpty)
        #expect(try fixture.verifier().verify(file: bytes, artifact: nil, recordOnly: true).ok)
    }
}
