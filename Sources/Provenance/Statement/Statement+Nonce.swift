import Encoding
package import Merkle

extension Statement {
    /// SHA-256(iss || 0 || cti): the name of what an issuer may state only once.
    package var nonceDigest: Hash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(issuer.utf8.count + 1 + claimID.count)
        bytes += issuer.utf8
        bytes.append(0)
        bytes += claimID
        return .sha256(bytes)
    }
}
