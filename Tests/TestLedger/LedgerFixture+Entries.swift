package import Encoding
import Ledger
package import Manifests
package import Provenance
import TestSupport

// MARK: - Entries

extension LedgerFixture {
    /// Registers a statement, which must be new, and returns its entry.
    @discardableResult
    package func registerNew(_ bytes: [UInt8]) async throws -> EntryID {
        try found(await registerNew([bytes]).first, "an answer")
    }

    /// Registers statements in one call, which all must be new, and returns their entries.
    @discardableResult
    package func registerNew(_ statements: [[UInt8]]) async throws -> [EntryID] {
        try await ledger.register(statements).map { answer in
            guard case .registered(let id, _) = answer else {
                throw FixtureError.unexpected("\(answer)")
            }
            return id
        }
    }

    /// Registers captures of works by these names in one call; all must be new.
    @discardableResult
    package func registerNew(
        works names: [String], padding: Int = 0
    ) async throws -> [EntryID] {
        try await registerNew(names.map { try capture($0, padding: padding) })
    }

    /// Registers a statement, and returns why it is refused; nil where it is not.
    package func reasonToRefuse(_ bytes: [UInt8]) async throws -> Refusal.Reason? {
        try await register(bytes).refusal?.reason
    }

    /// A capture of an artifact before it is signed, and its manifest.
    package static func draft(
        of artifact: String, thread: Text, issuedAt: UInt64
    ) throws -> (draft: StatementDraft, manifest: Manifest) {
        let manifest = try manifest(of: artifact, pop: berlin, nonce: randomBytes())
        let draft = StatementDraft(
            manifest: manifest, issuer: berlin, subject: thread, audience: nil,
            issuedAt: issuedAt, claimID: randomBytes())
        return (draft, manifest)
    }
}

extension KeyManifest {
    /// A change of a key that is good from the beginning on.
    package static func change(
        _ operation: Operation, _ key: COSEKey, roles: [Role] = [.pop],
        issuer: Text = LedgerFixture.berlin, signedUntil: Int64? = nil, suspectFrom: UInt64? = nil
    ) -> KeyManifest {
        KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: roles, notBefore: 0,
            signedUntil: signedUntil, suspectFrom: suspectFrom)
    }
}
