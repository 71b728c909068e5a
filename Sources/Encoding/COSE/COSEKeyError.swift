/// Why a public key was refused.
///
/// The key must not be used for anything.
public enum COSEKeyError: Error, Hashable {
    /// The bytes are not one deterministic CBOR map.
    case encoding(CBORError)

    /// The text is not base64url without padding.
    case notBase64

    /// The key's type, curve or algorithm is none of ours.
    case unsupported

    /// A member is missing, has the wrong type, or is none that RFC 9679 hashes.
    case wrongMembers

    /// A coordinate or the key has the wrong number of bytes.
    case wrongLength(Int, expected: Int)

    /// The point is not in its one form.
    case nonCanonical

    /// The point has small order: signatures under it say nothing about the message.
    case smallOrder

    /// The curve has no such point.
    case notOnCurve

    /// Member 2 (kid) of a key set is not the key's thumbprint.
    case wrongThumbprint

    /// Member 3 (alg) of a key set is not the key's algorithm.
    case wrongAlgorithm
}

extension COSEKeyError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .encoding(let error): "the key is not deterministic CBOR: \(error)"
        case .notBase64: "the key is not base64url without padding"
        case .unsupported: "the key is neither Ed25519, P-256 nor ML-DSA-65"
        case .wrongMembers: "the key has not exactly the members of its thumbprint (RFC 9679 §4)"
        case .wrongLength(let count, let expected):
            "a member of the key has \(count) bytes instead of \(expected)"
        case .nonCanonical: "the key's point is not canonical"
        case .smallOrder: "the key's point has small order"
        case .notOnCurve: "the key's point is not on the curve"
        case .wrongThumbprint: "the key's kid is not its thumbprint"
        case .wrongAlgorithm: "the key's alg is not that of its type"
        }
    }
}
