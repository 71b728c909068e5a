public import Crypto

/// A private key that statements, receipts and notes are signed with.
public enum SigningKey: Sendable {
    /// An Ed25519 key (RFC 8032).
    case ed25519(Curve25519.Signing.PrivateKey)

    /// A P-256 key.
    case es256(P256.Signing.PrivateKey)

    /// The algorithm of every signature of this key.
    public var algorithm: COSEAlgorithm {
        switch self {
        case .ed25519: .edDSA
        case .es256: .es256
        }
    }

    /// The public key; it never fails to be a valid one.
    public var publicKey: COSEKey {
        switch self {
        case .ed25519(let key):
            return COSEKey(unchecked: .ed25519(Array(key.publicKey.rawRepresentation)))
        case .es256(let key):
            // x || y, without the leading 4 of the X9.63 form.
            let point = Array(key.publicKey.rawRepresentation)
            return COSEKey(unchecked: .p256(x: Array(point[..<32]), y: Array(point[32...])))
        }
    }

    /// Returns the signature of `message`, 64 bytes; for ES256 the one with the lower s.
    public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        do {
            switch self {
            case .ed25519(let key):
                return Array(try key.signature(for: message))
            case .es256(let key):
                return ES256Rules.normalized(
                    Array(try key.signature(for: message).rawRepresentation))
            }
        } catch {
            throw SigningError()
        }
    }
}

/// The cryptographic library could not sign.
///
/// It was out of memory or of randomness: try again.
public struct SigningError: Error, Hashable, CustomStringConvertible {
    /// The reason in words.
    public var description: String { "the cryptographic library could not sign" }
}
