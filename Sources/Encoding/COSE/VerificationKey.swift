import Crypto

/// A public key prepared for checking signatures, as often and from as many tasks as wanted.
///
/// Each algorithm has one form of signature that is accepted; what else a library would let
/// through is refused here, and named.
public struct VerificationKey: Sendable {
    /// The algorithm of every signature under this key.
    public let algorithm: COSEAlgorithm

    /// The key's RFC 9679 thumbprint, 32 bytes.
    public let thumbprint: [UInt8]

    private enum Implementation: Sendable {
        case ed25519(Curve25519.Signing.PublicKey)
        case es256(P256.Signing.PublicKey)
        case mlDSA65(MLDSA65.PublicKey)
    }

    private let implementation: Implementation

    /// Prepares `key`.
    public init(_ key: COSEKey) throws(COSEKeyError) {
        algorithm = key.algorithm
        thumbprint = key.thumbprint
        do {
            switch key.material {
            case .ed25519(let x):
                implementation = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: x))
            case .p256(let x, let y):
                implementation = .es256(
                    try P256.Signing.PublicKey(x963Representation: [4] + x + y))
            case .mlDSA65(let bytes):
                implementation = .mlDSA65(try MLDSA65.PublicKey(rawRepresentation: bytes))
            }
        } catch {
            throw .notOnCurve
        }
    }

    /// Whether `signature` is the key's over `message`.
    public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        (try? check(signature: signature, for: message)) != nil
    }

    /// Checks that `signature` is the key's over `message`, and says which rule failed.
    ///
    /// - Parameters:
    ///   - signature: Ed25519: R || S (RFC 8032 §5.1.6). ES256: r || s, 32 bytes each, most
    ///     significant byte first (RFC 9053 §2.1). ML-DSA-65: as FIPS 204 encodes it.
    ///   - message: What was signed, not its digest.
    public func check(signature: [UInt8], for message: [UInt8]) throws(SignatureError) {
        guard signature.count == algorithm.signatureByteCount else {
            throw .wrongLength(signature.count, expected: algorithm.signatureByteCount)
        }
        let isValid: Bool
        switch implementation {
        case .ed25519(let key):
            try Self.checkEd25519(signature)
            // Without the cofactor: S·B - k·A is encoded and compared with the bytes of R.
            isValid = key.isValidSignature(signature, for: message)
        case .es256(let key):
            try ES256Rules.check(signature)
            guard let pair = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
                throw .nonCanonical
            }
            isValid = key.isValidSignature(pair, for: message)
        case .mlDSA65(let key):
            isValid = key.isValidSignature(signature, for: message)
        }
        guard isValid else { throw .mismatch }
    }

    private static func checkEd25519(_ signature: [UInt8]) throws(SignatureError) {
        switch Ed25519Rules.fault(ofPoint: signature[..<32]) {
        case .nonCanonical: throw .nonCanonical
        case .smallOrder: throw .smallOrder
        case nil: break
        }
        guard Ed25519Rules.isCanonical(scalar: signature[32...]) else { throw .nonCanonical }
    }
}
