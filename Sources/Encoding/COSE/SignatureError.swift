/// Why a signature was refused.
///
/// Every case means that the message must not be believed.
public enum SignatureError: Error, Hashable {
    /// The signature has not the one length of its algorithm, in bytes.
    case wrongLength(Int, expected: Int)

    /// A point or a scalar is not in its one form: S, r or s outside the group, R not below p.
    case nonCanonical

    /// R is one of the eight points of small order, which no honest signer makes.
    case smallOrder

    /// The s of an ECDSA signature is above half the order; the signer must use n - s.
    case highS

    /// Well formed, but not made by this key over this message.
    case mismatch
}

extension SignatureError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .wrongLength(let count, let expected):
            "the signature has \(count) bytes instead of \(expected)"
        case .nonCanonical: "a point or scalar of the signature is not canonical"
        case .smallOrder: "the point R of the signature has small order"
        case .highS: "the ECDSA signature has a high s; the signer must replace s by n - s"
        case .mismatch: "the signature does not verify under the key"
        }
    }
}
