import Encoding
import Manifests
import Merkle
import Provenance
import TestLedger
import TestLog
import TestSupport

/// Statements that somebody puts into a log who has the keys, right or wrong.
extension RecordedLog {
    /// Puts an entry behind the others: the statement of this name once more, with another nonce,
    /// taken apart and changed.
    mutating func append(
        like name: String, by key: SigningKey? = nil,
        _ change: (inout StatementBytes) throws -> Void = { _ in }
    ) throws {
        var parts = try StatementBytes(statement(name), key ?? keys.berlin)
        try parts.setClaim(7, .bytes(randomBytes()))
        try change(&parts)
        try append(parts.encoded(), manifests[Int(place(name))])
    }

    /// The newest control statement.
    func newestControl() throws -> Statement {
        for leaf in leaves.reversed() {
            if let statement = try? Statement(leaf: leaf), statement.controlManifest != nil {
                return statement
            }
        }
        throw FixtureError.unexpected("a log without control statements")
    }

    /// Puts a control statement behind the others, signed on top of `last`, or of the newest one.
    mutating func append(
        control manifest: Manifest, by key: SigningKey? = nil, issuer: Text? = nil,
        after last: Statement? = nil
    ) throws {
        let origin = Text(LedgerFixture.origin)
        let uri = Text("https://") + origin
        let last = try last ?? newestControl()
        let chain = try found(last.chain, "the place of a control statement")
        let draft = try StatementDraft(
            manifest: manifest, issuer: issuer ?? uri + "/admin", subject: uri, audience: origin,
            issuedAt: last.issuedAt, claimID: randomBytes(),
            chain: Chain(
                id: chain.id, sequence: chain.sequence + 1, previous: last.id.hash))
        try append(draft.sign(with: key ?? keys.admin).leaf)
    }

    /// A manifest that adds a key to those that may sign.
    func adding(_ key: SigningKey, issuer: Text = LedgerFixture.berlin) throws -> Manifest {
        try KeyManifest(
            .add, coseKey: Text(key.publicKey.string), issuer: issuer, roles: [.pop], notBefore: 0,
            notAfter: KeyManifest.never
        ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
    }

    /// A manifest that erases another one, of entries of these names.
    func erasing(_ digest: Hash, of entries: [EntryID]) throws -> Manifest {
        try ErasureManifest(
            entries: entries.map { Text("\($0)") }, sha256: digest, reason: "asked for",
            authority: "the creator"
        ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
    }
}
