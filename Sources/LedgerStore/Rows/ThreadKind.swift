package import Encoding
package import IndexMap
import Merkle

/// What a thread is made of.
public enum ThreadKind: UInt8, Sendable {
    /// Entries with one `sub`: the life of a work.
    case subject = 0

    /// Entries of one `iss`.
    case issuer = 1

    /// The kind of a thread's key in the index.
    package var indexKind: IndexKind {
        switch self {
        case .subject: .sub
        case .issuer: .iss
        }
    }

    /// Returns the beginning of the rows of one thread in `threads` of format 1: the kind, and
    /// SHA-256 of the name.
    package func prefix(of name: Text) -> [UInt8] {
        [rawValue] + Hash.sha256(name.utf8).bytes
    }
}
