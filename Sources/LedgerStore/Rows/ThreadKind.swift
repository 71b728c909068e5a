package import Encoding
import Merkle

/// What a thread is made of.
public enum ThreadKind: UInt8, Sendable {
    /// Entries with one `sub`: the life of a work.
    case subject = 0

    /// Entries of one `iss`.
    case issuer = 1

    /// Returns the beginning of the keys of one thread: the kind, and SHA-256 of the name.
    package func prefix(of name: Text) -> [UInt8] {
        [rawValue] + Hash.sha256(name.utf8).bytes
    }
}
