package import Merkle

/// A TimeStampToken with its chain of certificates, which nobody has checked yet (RFC 3161 §2.4.2).
///
/// A value of this type is a signed message of bounded size and depth, in DER but for the order in
/// a SET OF. It says nothing until ``check(digest:by:now:)`` gives a ``CheckedToken``.
package struct TimestampToken: Hashable, Sendable {
    /// The token as it came.
    package let bytes: [UInt8]

    /// SHA-256 of the token: what a later proof commits to.
    package var digest: Hash { .sha256(bytes) }

    /// Takes a token, and nothing behind it.
    package init(_ bytes: [UInt8]) throws(TimestampRefusal) {
        try TokenShape.check(bytes)
        self.bytes = bytes
    }

    /// Checks that one of `authorities` says that `digest` existed, and returns by when
    /// (timestamps.md §3).
    ///
    /// The certificates must be valid at the token's own time, not at `now`: a token outlives them.
    /// `now`, POSIX seconds, only decides that the token is not from the future.
    package func check(
        digest: Hash, by authorities: TimestampAuthorities, now: UInt64
    ) throws(TimestampRefusal) -> CheckedToken {
        try check(digest, nonce: nil, by: authorities, now: now)
    }

    /// The check, with the nonce of the question where the token is an answer to one.
    func check(
        _ digest: Hash, nonce: UInt64?, by authorities: TimestampAuthorities, now: UInt64
    ) throws(TimestampRefusal) -> CheckedToken {
        guard Libcrypto.isSound else { throw .unsoundLibrary }
        return try Libcrypto.quietly { () throws(TimestampRefusal) in
            let message = try SignedMessage(bytes)
            let claim = try message.claim()
            guard claim.digest == digest.bytes else { throw .otherDigest }
            if claim.time > now, claim.time - now > TimestampLimit.secondsAhead {
                throw .ahead(seconds: claim.time - now)
            }
            let signer = try message.verified(
                against: TimestampQuery.encoded(digest, nonce),
                authorities.store(at: claim.time))
            return CheckedToken(
                token: self, bound: claim.bound, time: claim.time, authority: signer.name,
                policy: claim.policy, serial: claim.serial, certificateExpires: signer.expires)
        }
    }
}
