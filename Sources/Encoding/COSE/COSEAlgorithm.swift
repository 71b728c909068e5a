/// A signature algorithm that statements and receipts may name (RFC 9053 §2, RFC 9964).
public enum COSEAlgorithm: Int64, Hashable, Sendable, CaseIterable {
    /// Ed25519, checked without the cofactor (RFC 8032 §5.1.7).
    case edDSA = -8

    /// ECDSA over P-256 with SHA-256, s in the lower half of the group's order.
    case es256 = -7

    /// ML-DSA-65 with an empty context (FIPS 204); verified, never made.
    case mlDSA65 = -49

    /// Creates the algorithm of a COSE code point; nil where none of ours has it.
    ///
    /// The fully specified code points of RFC 9864, -19 and -9, mean the same as -8 and -7
    /// here; they are read and never written.
    public init?(codePoint: Int64) {
        switch codePoint {
        case -8, -19: self = .edDSA
        case -7, -9: self = .es256
        case -49: self = .mlDSA65
        default: return nil
        }
    }

    /// Length of every signature, in bytes.
    public var signatureByteCount: Int {
        switch self {
        case .edDSA, .es256: 64
        case .mlDSA65: 3309
        }
    }

    /// The name that people use.
    public var name: String {
        switch self {
        case .edDSA: "Ed25519"
        case .es256: "ES256"
        case .mlDSA65: "ML-DSA-65"
        }
    }
}
