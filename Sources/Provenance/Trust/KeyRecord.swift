public import Encoding
public import Manifests

/// What the registry knows of one key: its newest control statement decides
/// (registry.md §5, §6).
public struct KeyRecord: Sendable {
    /// The state after the newest statement about the key.
    public enum State: Hashable, Sendable {
        /// In use.
        case added

        /// Admits only what was signed, by its own iat, up to this time (POSIX seconds); no control
        /// statement of any iat.
        case retired(signedUntil: Int64)

        /// Admits nothing any more; entries from tree size `suspectFrom` on are suspect.
        case revoked(suspectFrom: UInt64?)
    }

    /// The public key.
    public let key: COSEKey

    /// The key, prepared for checking signatures.
    public let verificationKey: VerificationKey

    /// The one `iss` that this key may use, for ever.
    public let issuer: Text

    /// The roles of this key, for ever.
    public let roles: Set<Role>

    /// The first second of the window in force, inclusive; POSIX seconds.
    public internal(set) var notBefore: Int64

    /// The last second of the window in force, inclusive.
    public internal(set) var notAfter: Int64

    /// The state after the newest statement about this key.
    public internal(set) var state: State

    /// The indexes of the statements that added this key, rising; never empty.
    public internal(set) var additions: [UInt64]

    /// The index of the first statement about this key.
    public var addedAt: UInt64 { additions[0] }

    /// The index of the statement that brought the key into its state: for a revoked key the first
    /// that revoked it, also where a later one lowers `suspectFrom`.
    public internal(set) var changedAt: UInt64
}
