import Checkpoints
import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance

/// The first two statements of a ledger, and the registry that they fold to.
struct Genesis {
    let statements: [Statement]
    let registry: Registry

    init(
        origin: Origin, keys: LedgerKeys, admin: COSEKey, adminIssuer: Text?,
        recovery: COSEKey?, now: UInt64
    ) throws(Refusal) {
        let noteKey: VerifierKey
        do throws(VerifierKeyError) {
            noteKey = try NoteSigner(name: origin.text, key: keys.first(.note)).verifierKey
        } catch {
            throw Refusal(.schema, field: "note key", rule: "\(error)")
        }
        let uri = origin.uri
        let policy = try PolicyManifest.make(
            origin: origin.text, noteKey: Text(noteKey.description),
            receiptKey: Text(keys.first(.receipt).publicKey.string),
            ledgerKey: Text(keys.first(.ledger).publicKey.string),
            recoveryKey: recovery.map { Text($0.string) },
            settings: PolicyManifest.Settings(), nonce: RandomBytes.nonce())
        let chainID = RandomBytes.nonce()
        func sign(
            _ manifest: Manifest, _ sequence: UInt64, _ previous: Hash
        ) throws(Refusal) -> Statement {
            try StatementDraft(
                manifest: manifest, issuer: uri, subject: uri, audience: origin.text,
                issuedAt: now, claimID: RandomBytes.nonce(),
                chain: Chain(id: chainID, sequence: sequence, previous: previous)
            ).sign(with: keys.first(.ledger))
        }
        let first = try sign(policy, 0, .zero)
        let key = KeyManifest(
            .add, coseKey: Text(admin.string),
            issuer: adminIssuer ?? Text(uri.string + "/admin"), roles: [.admin],
            notBefore: Int64(clamping: now))
        let second = try sign(
            key.manifest(origin: origin.text, nonce: RandomBytes.nonce()), 1, first.id.hash)
        var registry = try Registry(genesis: first)
        try registry.apply(second, at: 1)
        statements = [first, second]
        self.registry = registry
    }
}
