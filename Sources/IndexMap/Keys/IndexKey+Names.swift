package import Encoding
package import Merkle

extension IndexKey {
    /// The key of the artifact with this SHA-256.
    package static func artifact(_ digest: Hash) -> IndexKey {
        IndexKey(artifact: digest)
    }

    /// The key of a `sub` or an `iss`.
    ///
    /// Text that is no URI has a key that no entry has.
    package static func text(_ kind: IndexKind, _ text: Text) -> IndexKey {
        IndexKey(kind, text.utf8)
    }
}
