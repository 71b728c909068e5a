import Encoding
import Ledger
import Manifests
import Merkle
import Provenance
import Testing

/// Signs control statements one on top of the other, before any of them is registered.
struct ControlChain {
    private let fixture: LedgerFixture

    /// The one that the next is signed on.
    private(set) var newest: Statement

    /// Begins at the ledger's newest control statement.
    init(_ fixture: LedgerFixture) throws {
        self.fixture = fixture
        newest = try fixture.newestControl()
    }

    /// Signs any control manifest; the administrator does, where nobody is named.
    mutating func sign(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil
    ) throws -> [UInt8] {
        let chain = try #require(newest.chain)
        let uri = Text("https://" + LedgerFixture.origin)
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer ?? uri + "/admin", subject: uri,
            audience: Text(LedgerFixture.origin), issuedAt: fixture.clock.now,
            claimID: randomBytes(),
            chain: try Chain(
                id: chain.id, sequence: chain.sequence + 1, previous: newest.id.hash))
        newest = try draft.sign(with: signer ?? fixture.admin)
        return newest.leaf
    }

    /// Signs what happens to a key; the PoP's, where none is named.
    mutating func sign(
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
    mutating func sign(
        policy change: (inout PolicyManifest.Settings) -> Void
    ) throws -> [UInt8] {
        let policy = try TrustKit(fixture.ledger.trustKit()).registry.policy
        var settings = policy.settings
        change(&settings)
        return try sign(policy.replacing(settings: settings, nonce: randomBytes()))
    }

    /// Signs the erasure of a manifest that `entries` share.
    mutating func sign(erasing digest: Hash, of entries: [EntryID]) throws -> [UInt8] {
        let erasure = ErasureManifest(
            entries: entries.map { Text("\($0)") }, sha256: digest, reason: "asked for",
            authority: "the creator")
        return try sign(
            erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
    }
}

extension Ledger {
    /// Registers a batch as a server does: in chunks that are on their way side by side.
    func register(_ items: [[UInt8]], inChunksOf size: Int) async -> [Registration] {
        let order = ChunkOrder()
        let starts = Array(stride(from: 0, to: items.count, by: size))
        return await withTaskGroup(of: (Int, [Registration]).self) { group in
            for (number, start) in starts.enumerated() {
                let chunk = Array(items[start..<min(start + size, items.count)])
                group.addTask {
                    (number, await self.register(chunk, number: number, in: order))
                }
            }
            var answers = [[Registration]](repeating: [], count: starts.count)
            for await (number, answer) in group { answers[number] = answer }
            return answers.flatMap { $0 }
        }
    }
}

extension Registration {
    /// Why it was refused; nil where it is in the log.
    var refusal: Refusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }

    /// Where its receipt says that it stands.
    var index: UInt64? {
        switch self {
        case .registered(_, let receipt), .known(_, let receipt):
            guard case .inclusion(let proof)? = try? Receipt(receipt).proof else { return nil }
            return proof.leafIndex
        case .refused: return nil
        }
    }

    /// Whether it was there before.
    var isKnown: Bool {
        if case .known = self { true } else { false }
    }
}
