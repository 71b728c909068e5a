import Encoding
import Merkle
import Provenance

/// Values that nobody can guess.
enum RandomBytes {
    /// A value for a nonce or a claim id, from the system's generator.
    static func nonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<Limits.nonceBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator)
        }
    }

    /// A hash that nobody can guess.
    static func hash() -> Hash { .sha256(nonce() + nonce()) }
}
