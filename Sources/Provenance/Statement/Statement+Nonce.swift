import Encoding
package import Merkle

extension Statement {
    /// SHA-256(iss || 0 || cti): the name of what an issuer may state only once.
    package var nonceDigest: Hash {
        .sha256(issuer.utf8 + [0] + claimID)
    }
}
