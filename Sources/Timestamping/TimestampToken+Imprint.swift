package import Merkle

extension TimestampToken {
    /// What a token says, whoever says it: its digest, and the time by which that existed, POSIX
    /// seconds.
    package struct Words: Hashable, Sendable {
        /// The SHA-256 digest that it is about.
        package let digest: Hash

        /// Its time and accuracy, rounded up.
        package let bound: UInt64
    }

    /// What it says, unverified; nil where it names no SHA-256 digest.
    ///
    /// Ask only a library that is sound (``Libcrypto/isSound``).
    package func words() throws(TimestampRefusal) -> Words? {
        guard Libcrypto.isSound else { throw .unsoundLibrary }
        let claim = try Libcrypto.quietly { () throws(TimestampRefusal) in
            try SignedMessage(bytes).claim()
        }
        return Hash(claim.digest).map { Words(digest: $0, bound: claim.bound) }
    }
}
