import Encoding
import Keys

/// Makes keys for tests.
enum SigningKeyMaker {
    static func ed25519() -> SigningKey { KeyFile.generate(.ed25519) }
    static func es256() -> SigningKey { KeyFile.generate(.es256) }
}
