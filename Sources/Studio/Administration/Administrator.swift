package import Checkpoints
package import Encoding
package import Manifests
package import Provenance

/// Signs control statements of ledgers as one administrator.
package struct Administrator: Sendable {
    /// The URI that the key signs for.
    package let issuer: Text

    private let key: SigningKey

    /// Creates an administrator.
    package init(issuer: Text, key: SigningKey) {
        self.issuer = issuer
        self.key = key
    }

    /// Signs a control manifest for the ledger `origin`, at a place in its control chain.
    package func sign(
        _ manifest: Manifest, for origin: Origin, at place: Chain, _ fresh: Freshness = Freshness()
    ) throws(Refusal) -> Statement {
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: origin.uri, audience: origin.text,
            issuedAt: fresh.issuedAt, claimID: fresh.claimID, chain: place)
        return try draft.sign(with: key)
    }
}

extension Chain {
    /// The place after the newest control statement that a registry knows.
    package init(after registry: Registry) throws(Refusal) {
        try self.init(
            id: registry.chainID, sequence: registry.sequence, previous: registry.newest.hash)
    }

    /// The place after a statement, which must have one itself.
    package init(after statement: Statement) throws(Refusal) {
        guard let place = statement.chain else {
            throw Refusal(.malformed, field: "chain", rule: "must be there")
        }
        try self.init(
            id: place.id, sequence: place.sequence + 1, previous: statement.id.hash)
    }
}
