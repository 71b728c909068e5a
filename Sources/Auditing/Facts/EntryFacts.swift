package import Merkle

/// What only the whole log decides about is gathered from this of each entry.
///
/// All of it is of fixed size: a million of them are made each few seconds.
package struct EntryFacts: Sendable {
    /// Its index in the log.
    package let index: UInt64

    /// SHA-256 of the leaf.
    package let entry: Hash

    /// SHA-256 of issuer, a zero byte and nonce; nil where the leaf is no statement.
    package let nonce: Hash?

    /// SHA-256 of the manifest; nil for a control statement, and where the leaf is no statement.
    package let payload: Hash?

    /// What became of its manifest.
    package let manifest: AuditedManifest

    /// Its number; nil for a control statement, where it has none, and where what was found makes
    /// it count for nothing.
    package let link: ChainLink?

    /// Creates the facts of an entry.
    package init(
        index: UInt64, entry: Hash, nonce: Hash?, payload: Hash?, manifest: AuditedManifest,
        link: ChainLink?
    ) {
        (self.index, self.entry, self.nonce) = (index, entry, nonce)
        (self.payload, self.manifest, self.link) = (payload, manifest, link)
    }
}
