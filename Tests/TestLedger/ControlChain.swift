import Checkpoints
package import Encoding
import Ledger
package import Manifests
package import Merkle
package import Provenance
import Studio
import TestSupport

/// Signs control statements one on top of the other, before any of them is registered.
package struct ControlChain {
    private let fixture: LedgerFixture

    /// The one that the next is signed on.
    package private(set) var newest: Statement

    /// Begins at the ledger's newest control statement.
    package init(_ fixture: LedgerFixture) throws {
        self.fixture = fixture
        newest = try fixture.newestControl()
    }

    /// Signs any control manifest; the administrator does, where nobody is named.
    package mutating func sign(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil
    ) throws -> [UInt8] {
        let origin = try Origin(Text(LedgerFixture.origin))
        let administrator = Administrator(
            issuer: issuer ?? origin.uri + "/admin", key: signer ?? fixture.admin)
        newest = try administrator.sign(
            manifest, for: origin, at: Chain(after: newest),
            Freshness(issuedAt: fixture.clock.now))
        return newest.leaf
    }

    /// Signs what happens to a key; the PoP's, where none is named.
    package mutating func sign(
        _ operation: KeyManifest.Operation, _ key: COSEKey? = nil,
        issuer: Text = LedgerFixture.berlin, roles: [Role] = [.pop], notAfter: Int64? = nil,
        signedUntil: Int64? = nil
    ) throws -> [UInt8] {
        let change = KeyManifest(
            operation, coseKey: Text((key ?? fixture.pop.publicKey).string), issuer: issuer,
            roles: roles, notBefore: 0, notAfter: notAfter ?? KeyManifest.never,
            signedUntil: signedUntil)
        return try sign(
            change.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
    }

    /// Signs a policy, which differs from the ledger's newest in what `change` does to it.
    package mutating func sign(
        policy change: (inout PolicyManifest.Settings) -> Void
    ) throws -> [UInt8] {
        let policy = try TrustKit(fixture.ledger.trustKit()).registry.policy
        var settings = policy.settings
        change(&settings)
        return try sign(policy.replacing(settings: settings, nonce: randomBytes()))
    }

    /// Signs the erasure of a manifest that `entries` share.
    package mutating func sign(erasing digest: Hash, of entries: [EntryID]) throws -> [UInt8] {
        let erasure = ErasureManifest(
            entries: entries.map { Text("\($0)") }, sha256: digest, reason: "asked for",
            authority: "the creator")
        return try sign(
            erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
    }
}
