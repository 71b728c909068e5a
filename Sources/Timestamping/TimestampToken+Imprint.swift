package import Merkle

extension TimestampToken {
    /// The SHA-256 digest that it says to be about, whoever says it; nil where it names none, or
    /// the library is too old to be given a stranger's token.
    package var imprint: Hash? {
        guard Libcrypto.isSound else { return nil }
        return Libcrypto.quietly { (try? SignedMessage(bytes).claim()).flatMap { Hash($0.digest) } }
    }
}
