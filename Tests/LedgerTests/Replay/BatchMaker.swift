import Encoding
import Foundation
import Keys
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

/// Makes batches at random of everything that order and registry decide about: statements of
/// several keys, sizes around the limits, times around the windows, copies, forgeries, and control
/// statements that change all of it on the way.
///
/// It keeps no account of what must become of them: that is for the auditor to say.
struct BatchMaker {
    private struct Signer {
        let key: SigningKey
        let issuer: Text
        let roles: [Role]
    }

    private let fixture: LedgerFixture
    private let signers: [Signer]
    private let second: Signer
    private var random: SeededRandom

    /// What was made so far.
    private var items: [[UInt8]] = []
    private var manifests: [(manifest: Manifest, issuer: Text)] = []
    private var count = 0

    /// Where control statements are signed on: what is registered, or hoped to be.
    private var tip: Statement

    init(_ fixture: LedgerFixture, seed: UInt64) throws {
        self.fixture = fixture
        random = SeededRandom(seed: seed)
        tip = try fixture.newestControl()
        signers = [
            Signer(key: fixture.pop, issuer: LedgerFixture.berlin, roles: [.pop]),
            Signer(
                key: SigningKeyMaker.es256(), issuer: "https://pops.example/rome", roles: [.pop]),
            Signer(
                key: SigningKeyMaker.ed25519(), issuer: LedgerFixture.berlin, roles: [.ci, .pop]),
            Signer(
                key: SigningKeyMaker.ed25519(), issuer: "https://ci.example/builds", roles: [.ci]),
        ]
        second = Signer(
            key: SigningKeyMaker.es256(), issuer: "https://admins.example/2", roles: [.admin])
    }

    /// Makes a batch on top of the ledger's newest control statement.
    mutating func batch() throws -> [[UInt8]] {
        tip = try fixture.newestControl()
        let start = items.count
        for _ in 0..<number(in: 1...24) { items.append(try item()) }
        return Array(items[start...])
    }

    // MARK: - Dice

    mutating func number(in range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &random)
    }

    /// Returns true once in so many times.
    mutating func once(in times: Int) -> Bool {
        number(in: 1...times) == 1
    }

    private mutating func bytes() -> [UInt8] {
        (0..<16).map { _ in .random(in: .min ... .max, using: &random) }
    }

    private mutating func one<Value>(of values: [Value]) throws -> Value {
        try #require(values.randomElement(using: &random))
    }

    // MARK: - Items

    private mutating func item() throws -> [UInt8] {
        switch number(in: 0...19) {
        case 0...9: try capture()
        case 10: try broken()
        case 11: try items.isEmpty ? capture() : one(of: items)
        case 12...14: try keyChange()
        case 15, 16: try policy()
        case 17, 18: try erasure()
        default: try adminChange()
        }
    }

    /// A time near now, near a window's end, or in the future.
    private mutating func time() throws -> UInt64 {
        let delta = try one(of: [-200, -60, -1, 0, 0, 0, 0, 0, 1, 29, 31, 60, 86_399, 86_401])
        return UInt64(Int(fixture.clock.now) + delta)
    }

    private mutating func manifest(by signer: Signer) throws -> Manifest {
        // Now and then the one of an earlier entry, with every byte of it.
        if once(in: 4), let known = manifests.randomElement(using: &random),
            known.issuer == signer.issuer
        {
            return known.manifest
        }
        count += 1
        let padding = try one(of: [0, 0, 0, 400, 900, 1_400])
        let made = try LedgerFixture.manifest(
            of: "work \(count)", pop: signer.issuer, nonce: bytes(), padding: padding)
        manifests.append((made, signer.issuer))
        return made
    }

    private mutating func draft() throws -> (StatementDraft, Signer) {
        let signer = try one(of: signers)
        let manifest = try manifest(by: signer)
        let audience: Text? = try one(
            of: [nil, nil, nil, Text(LedgerFixture.origin), "other.example/log"])
        let draft = StatementDraft(
            manifest: manifest, issuer: signer.issuer, subject: "urn:example:work",
            audience: once(in: 3) ? audience : nil, issuedAt: try time(), claimID: bytes())
        return (draft, signer)
    }

    private mutating func capture() throws -> [UInt8] {
        let (draft, signer) = try draft()
        // A signer that is not the issuer's is forged.
        let key = once(in: 12) ? try one(of: signers).key : signer.key
        return try TransparentStatement(
            draft.sign(with: key), manifest: draft.manifest.bytes
        ).encoded()
    }

    private mutating func broken() throws -> [UInt8] {
        let (draft, signer) = try draft()
        let statement = try draft.sign(with: signer.key)
        switch number(in: 0...4) {
        case 0:
            var leaf = statement.leaf
            leaf[leaf.count - 1] ^= 1
            return try TransparentStatement(
                Statement(leaf: leaf), manifest: draft.manifest.bytes
            ).encoded()
        case 1: return try TransparentStatement(statement, manifest: nil).encoded()
        case 2:
            let other =
                try manifests.randomElement(using: &random)?.manifest ?? manifest(by: signer)
            return try TransparentStatement(statement, manifest: other.bytes).encoded()
        case 3:
            // The same claim once more, for other bytes.
            var again = draft
            again.subject = "urn:example:another"
            items.append(
                try TransparentStatement(statement, manifest: draft.manifest.bytes).encoded())
            return try TransparentStatement(
                again.sign(with: signer.key), manifest: draft.manifest.bytes
            ).encoded()
        default: return bytes()
        }
    }

    // MARK: - Control statements

    private mutating func control(_ manifest: Manifest) throws -> [UInt8] {
        let chain = try #require(tip.chain)
        let uri = Text("https://" + LedgerFixture.origin)
        var (key, issuer) = (fixture.admin, uri + "/admin")
        if once(in: 5) { (key, issuer) = (second.key, second.issuer) }
        if once(in: 15) { (key, issuer) = (signers[0].key, signers[0].issuer) }
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: uri, audience: Text(LedgerFixture.origin),
            issuedAt: try once(in: 4) ? time() : fixture.clock.now, claimID: bytes(),
            chain: try Chain(
                id: chain.id, sequence: chain.sequence + 1, previous: tip.id.hash))
        let statement = try draft.sign(with: key)
        // Mostly the next is signed on top of it, whatever becomes of it.
        if !once(in: 6) { tip = statement }
        return statement.leaf
    }

    private mutating func keyChange() throws -> [UInt8] {
        let signer = try one(of: signers)
        return try keyChange(
            of: signer, try one(of: [.add, .add, .add, .add, .add, .retire, .retire, .revoke]))
    }

    private mutating func adminChange() throws -> [UInt8] {
        try keyChange(of: second, try one(of: [.add, .add, .retire]))
    }

    private mutating func keyChange(
        of signer: Signer, _ operation: KeyManifest.Operation
    ) throws -> [UInt8] {
        let now = Int64(fixture.clock.now)
        let end = once(in: 4) ? now + Int64(number(in: -60...60)) : KeyManifest.never
        let change = KeyManifest(
            operation, coseKey: Text(signer.key.publicKey.string), issuer: signer.issuer,
            roles: signer.roles, notBefore: once(in: 5) ? now - 60 : 0, notAfter: end,
            signedUntil: operation == .retire ? now + Int64(number(in: -60...60)) : nil)
        return try control(
            change.manifest(origin: Text(LedgerFixture.origin), nonce: bytes()))
    }

    private mutating func policy() throws -> [UInt8] {
        var settings = PolicyManifest.Settings()
        settings.manifestBytes = try one(of: [1_000, 1_500, 2_000, 262_144])
        settings.statementBytes = try one(of: [300, 8_192, 8_192])
        settings.maxAhead = try one(of: [30, 86_400])
        if once(in: 4) { settings.algorithms = [-8] }
        if once(in: 6) { settings.predicateTypes = [PredicateType.milestone] }
        let policy = try TrustKit(fixture.ledger.trustKit()).registry.policy
        return try control(policy.replacing(settings: settings, nonce: bytes()))
    }

    private mutating func erasure() throws -> [UInt8] {
        guard let item = items.randomElement(using: &random),
            let target = try? TransparentStatement(item).statement
        else { return try capture() }
        let digest = once(in: 8) ? Hash.sha256([7]) : target.manifestDigest
        let erasure = ErasureManifest(
            entries: [Text("\(target.id)")], sha256: digest, reason: "asked for", authority: "law")
        return try control(
            erasure.manifest(origin: Text(LedgerFixture.origin), nonce: bytes()))
    }
}
