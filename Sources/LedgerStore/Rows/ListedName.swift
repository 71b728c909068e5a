package import Encoding
package import IndexMap
package import Merkle

/// What a list is asked for: the entries that name an artifact, or those of a thread.
package enum ListedName {
    /// The artifact with this SHA-256.
    case artifact(Hash)

    /// All of one `sub`, or of one `iss`.
    case thread(ThreadKind, Text)

    /// Its key in the index.
    ///
    /// Text that is no URI has a key that no entry has.
    package var key: IndexKey {
        switch self {
        case .artifact(let digest): .artifact(digest)
        case .thread(let kind, let name): .text(kind.indexKind, name)
        }
    }
}
