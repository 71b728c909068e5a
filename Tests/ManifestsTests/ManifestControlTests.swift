import Checkpoints
import Crypto
import Encoding
import Manifests
import Merkle
import Testing

/// Control manifests: what is written is what is read, and its subject is the ledger.
@Suite struct ManifestControlTests {
    private let origin: Text = "ledger.example/prints"
    private let nonce = ManifestTests.nonce

    private func coseKey() -> Text {
        Text(SigningKey.ed25519(Curve25519.Signing.PrivateKey()).publicKey.string)
    }

    private func noteKey() throws -> Text {
        let key = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        return Text(try VerifierKey(name: origin, ed25519: key, kind: .log).description)
    }

    private func policy(
        recoveryKey: Text? = nil, settings: PolicyManifest.Settings = .init()
    ) throws -> Manifest {
        try PolicyManifest.make(
            origin: origin, noteKey: try noteKey(), receiptKey: coseKey(), ledgerKey: coseKey(),
            recoveryKey: recoveryKey, settings: settings, nonce: nonce)
    }

    private func isAboutTheLedger(_ manifest: Manifest) -> Bool {
        manifest.subjects == [Subject(uri: "https://ledger.example/prints")]
    }

    @Test func aPolicyIsReadAsItWasWritten() throws {
        let recovery = coseKey()
        let settings = PolicyManifest.Settings(
            algorithms: [-49, -8], predicateTypes: [PredicateType.provenance], manifestBytes: 1_000,
            statementBytes: 2_000, subjects: 3, maxAhead: 60)
        let manifest = try policy(recoveryKey: recovery, settings: settings)
        let policy = try PolicyManifest(manifest)
        #expect(isAboutTheLedger(manifest))
        #expect(policy.origin == origin)
        #expect(policy.recoveryKey == recovery)
        #expect(policy.settings == settings)
        #expect(policy.nonce == nonce)
        #expect(Text(try COSEKey(string: policy.ledgerKey).string) == policy.ledgerKey)
    }

    @Test func aNewLedgerAcceptsTheDefaultsAndHasNoRecoveryKey() throws {
        let policy = try PolicyManifest(try policy())
        #expect(policy.recoveryKey == nil)
        #expect(policy.settings.algorithms == [-8, -7])
        #expect(policy.settings.predicateTypes == PredicateType.defaults)
        #expect(policy.settings.maxAhead == 86_400)
    }

    @Test func aLaterPolicyKeepsOriginAndKeys() throws {
        let first = try PolicyManifest(try policy(recoveryKey: coseKey()))
        var settings = first.settings
        settings.subjects = 1
        let later = try first.replacing(settings: settings, nonce: nonce.reversed())
        let second = try PolicyManifest(later)
        #expect(second.settings.subjects == 1)
        #expect(second.noteKey == first.noteKey)
        #expect(second.receiptKey == first.receiptKey)
        #expect(second.ledgerKey == first.ledgerKey)
        #expect(second.recoveryKey == first.recoveryKey)
        #expect(second.nonce != first.nonce)
    }

    @Test func aPolicyFileIsThePolicyWithoutNonceOriginAndKeys() throws {
        let settings = PolicyManifest.Settings(subjects: 5, maxAhead: 0)
        let file = JSON.object(settings.json).encoded()
        #expect(try PolicyManifest.Settings(policyFile: file) == settings)
    }

    @Test(
        arguments: [
            ("maxAhead", nil, "maxAhead"), ("origin", "x.example", "origin"),
            (
                "limits", ["subjects": 65, "manifestBytes": 1, "statementBytes": 1],
                "limits.subjects"
            ),
            ("algorithms", [-35], "algorithms[0]"), ("limits", 1, "limits"),
            ("predicateTypes", ["urn:colophon:key:v1"], "predicateTypes[0]"),
        ] as [(Text, JSON?, String)])
    func aPolicyFileThatIsNoneNamesTheMember(member: Text, value: JSON?, field: String) {
        var file = PolicyManifest.Settings().json
        file[member] = value
        let refusal = #expect(throws: Refusal.self) {
            try PolicyManifest.Settings(policyFile: JSON.object(file).encoded())
        }
        #expect(refusal?.field == field)
    }

    @Test func aPolicyFileThatIsNotJSONIsMalformed() {
        let refusal = #expect(throws: Refusal.self) {
            try PolicyManifest.Settings(policyFile: Array("limits: 1".utf8))
        }
        #expect(refusal?.reason == .malformed)
    }

    @Test func keysAreReadAsTheyWereWritten() throws {
        let key = coseKey()
        let add = KeyManifest(
            .add, coseKey: key, issuer: "https://pops.example/berlin", roles: [.pop, .admin],
            notBefore: 1_790_000_000)
        var retire = add
        retire.operation = .retire
        retire.signedUntil = 1_800_000_000
        var revoke = add
        revoke.operation = .revoke
        revoke.suspectFrom = 128
        revoke.reason = "the laptop was stolen"
        for content in [add, retire, revoke] {
            let manifest = try content.manifest(origin: origin, nonce: nonce)
            #expect(isAboutTheLedger(manifest))
            #expect(try KeyManifest(manifest) == content)
        }
        #expect(add.roles == [.admin, .pop])
        #expect(add.notAfter == 253_402_300_799)
    }

    @Test func aKeyWithoutAnEndSaysSoInWords() throws {
        let key = KeyManifest(
            .add, coseKey: coseKey(), issuer: "urn:pop", roles: [.ci], notBefore: 0)
        let manifest = try key.manifest(origin: origin, nonce: nonce)
        #expect(manifest.predicate["notBefore"] == "1970-01-01T00:00:00Z")
        #expect(manifest.predicate["notAfter"] == "9999-12-31T23:59:59Z")
    }

    @Test func retiringWithoutATimeIsRefused() {
        let key = KeyManifest(
            .retire, coseKey: coseKey(), issuer: "urn:pop", roles: [.ci], notBefore: 0)
        let refusal = #expect(throws: Refusal.self) {
            try key.manifest(origin: origin, nonce: nonce)
        }
        #expect(refusal?.field == "predicate.signedUntil")
        #expect(refusal?.reason == .mismatch)
    }

    @Test(arguments: [Int64.max, 253_402_300_800, Int64.min, -62_135_596_801])
    func timesOutsideTheCalendarAreRefused(seconds: Int64) {
        let key = KeyManifest(
            .add, coseKey: coseKey(), issuer: "urn:pop", roles: [.ci], notBefore: seconds)
        let refusal = #expect(throws: Refusal.self) {
            try key.manifest(origin: origin, nonce: nonce)
        }
        #expect(refusal?.field == "predicate.notBefore")
    }

    @Test(arguments: [Role.ledger, .recovery])
    func theLedgersOwnRolesAreNeverGiven(role: Role) {
        let key = KeyManifest(
            .add, coseKey: coseKey(), issuer: "urn:pop", roles: [role], notBefore: 0)
        let refusal = #expect(throws: Refusal.self) {
            try key.manifest(origin: origin, nonce: nonce)
        }
        #expect(refusal?.field == "predicate.roles[0]")
    }

    @Test func handoversAreReadAsTheyWereWritten() throws {
        let contents = [
            LogKeyManifest(.note, old: try noteKey(), new: try noteKey(), lastSize: 0),
            LogKeyManifest(.receipt, old: coseKey(), new: coseKey(), lastSize: 1 << 53 - 1),
            LogKeyManifest(.ledger, old: coseKey(), new: coseKey(), lastSize: 7),
            LogKeyManifest(
                .note, old: try noteKey(), new: try noteKey(), lastSize: 7, suspectFrom: 7),
        ]
        for content in contents {
            let manifest = try content.manifest(origin: origin, nonce: nonce)
            #expect(isAboutTheLedger(manifest))
            #expect(try LogKeyManifest(manifest) == content)
        }
    }

    @Test func erasuresAreReadAsTheyWereWritten() throws {
        let entry = Text(Base64.encodeURL(Hash.sha256([1]).bytes))
        let content = ErasureManifest(
            entries: [entry], sha256: .sha256([2]), reason: "", authority: "GDPR article 17")
        let manifest = try content.manifest(origin: origin, nonce: nonce)
        #expect(isAboutTheLedger(manifest))
        #expect(try ErasureManifest(manifest) == content)
    }

    @Test func aManifestOfAnotherTypeIsNotReadAsControl() throws {
        let policy = try policy()
        #expect(throws: Refusal.self) { try KeyManifest(policy) }
        #expect(throws: Refusal.self) { try LogKeyManifest(policy) }
        #expect(throws: Refusal.self) { try ErasureManifest(policy) }
    }
}
