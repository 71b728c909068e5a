package import IndexMap
package import Encoding
package import Merkle
package import Provenance

extension Statement {
    /// The keys of this statement in the index: its artifacts' in their order, then those of `sub`
    /// and `iss` (index.md §1, MapFn v1).
    ///
    /// A statement is well formed: its digests differ, and both texts are URIs.
    package var indexKeys: [IndexKey] {
        let digests = subjectDigests
        var keys: [IndexKey] = []
        keys.reserveCapacity(digests.count + 2)
        for digest in digests { keys.append(.artifact(digest)) }
        keys.append(.text(.sub, subject))
        keys.append(.text(.iss, issuer))
        return keys
    }
}

extension IndexKey {
    /// The key of the artifact with this SHA-256.
    package static func artifact(_ digest: Hash) -> IndexKey {
        IndexKey(.artifact, wellFormed: digest.bytes.span)
    }

    /// The key of a `sub` or an `iss`.
    ///
    /// Text that is no URI has a key that no entry has.
    package static func text(_ kind: IndexKind, _ text: Text) -> IndexKey {
        IndexKey(kind, wellFormed: text.utf8.span)
    }
}
