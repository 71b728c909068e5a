package import Encoding
package import Merkle

/// What a statement says of itself that a registry decides about.
///
/// Of a whole ``Statement``, or of a leaf that was read in place: the rules are the same.
package struct SignedClaims: Hashable, Sendable {
    /// The signature's algorithm.
    package let algorithm: COSEAlgorithm

    /// RFC 9679 thumbprint of the signing key.
    package let keyID: Hash

    /// `iss`.
    package let issuer: Text

    /// `aud`; nil where any ledger may register it.
    package let audience: Text?

    /// `iat` in POSIX seconds.
    package let issuedAt: UInt64

    /// The manifest's predicate type.
    package let predicate: Text

    /// Number of artifacts that it names.
    package let artifactCount: Int

    /// Bytes of the leaf.
    package let byteCount: Int

    /// Creates the claims of their parts.
    package init(
        algorithm: COSEAlgorithm, keyID: Hash, issuer: Text, audience: Text?, issuedAt: UInt64,
        predicate: Text, artifactCount: Int, byteCount: Int
    ) {
        self.algorithm = algorithm
        self.keyID = keyID
        self.issuer = issuer
        self.audience = audience
        self.issuedAt = issuedAt
        self.predicate = predicate
        self.artifactCount = artifactCount
        self.byteCount = byteCount
    }
}

extension Statement {
    /// What a registry decides about.
    package var claims: SignedClaims {
        SignedClaims(
            algorithm: algorithm, keyID: keyID, issuer: issuer, audience: audience,
            issuedAt: issuedAt, predicate: predicate, artifactCount: subjectDigests.count,
            byteCount: leaf.count)
    }
}
