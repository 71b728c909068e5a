package import IndexMap
package import Merkle
package import Provenance

/// A statement with the names that the store finds it by.
///
/// It passes through many hands on its way to the disk, so it is one reference.
package final class NamedStatement: Sendable {
    package let statement: Statement

    /// Its key in `ids`.
    package let name: Hash

    /// Its key in `nonces`: one statement only may have it.
    package let nonce: Hash

    /// Its keys in the index, by which lists find it.
    package let keys: [IndexKey]

    package init(_ statement: Statement) {
        self.statement = statement
        name = statement.id.hash
        nonce = statement.nonceDigest
        keys = statement.indexKeys
    }
}
