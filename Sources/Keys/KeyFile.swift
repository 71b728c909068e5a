import Crypto
public import Encoding

/// Keys as the PEM files that `openssl` reads and writes.
///
/// Private keys are PKCS #8 (RFC 5958, RFC 8410), plain or encrypted with a passphrase, written and
/// read, or SEC 1 (RFC 5915), read. Public keys are SubjectPublicKeyInfo (RFC 5480, RFC 8410,
/// RFC 9881).
public enum KeyFile {
    /// The kinds of private key that can be made.
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        /// Ed25519.
        case ed25519

        /// ECDSA over P-256 with SHA-256.
        case es256
    }

    /// Returns a new private key.
    public static func generate(_ algorithm: Algorithm) -> SigningKey {
        switch algorithm {
        case .ed25519: .ed25519(Curve25519.Signing.PrivateKey())
        case .es256: .es256(P256.Signing.PrivateKey())
        }
    }

    /// Reads the one private key in `pem`.
    ///
    /// - Parameter passphrase: decrypts a key that is encrypted; nil refuses such a key.
    public static func privateKey(
        pem: String, passphrase: [UInt8]? = nil
    ) throws(KeyFileError) -> SigningKey {
        let block = try keyBlock(in: pem)
        guard block.label != publicLabel else { throw .publicKey }
        guard !block.hasOldEncryption else { throw .unsupportedEncryption }
        guard let content = block.content else { throw .malformed("the base64 text") }
        if block.label == encryptedLabel {
            guard let passphrase else { throw .encrypted }
            let plain = try EncryptedKeyDER.decrypted(content, passphrase)
            do throws(KeyFileError) {
                return try PrivateKeyDER.pkcs8(plain)
            } catch .malformed {
                // One wrong passphrase of 256 leaves padding that looks right.
                throw .wrongPassphrase
            }
        }
        if block.label == sec1Label {
            return try PrivateKeyDER.sec1(content, isCurveNamed: false)
        }
        return try PrivateKeyDER.pkcs8(content)
    }

    /// Reads the one public key in `pem`.
    public static func publicKey(pem: String) throws(KeyFileError) -> COSEKey {
        let block = try keyBlock(in: pem)
        guard block.label == publicLabel else { throw .privateKey }
        guard let content = block.content else { throw .malformed("the base64 text") }
        return try PublicKeyDER.decode(content)
    }

    /// Returns a private key as PKCS #8 in PEM; not encrypted, so keep it to its owner.
    public static func pem(of key: SigningKey) -> String {
        PEMBlock.encode(PrivateKeyDER.encode(key), label: pkcs8Label)
    }

    /// Returns a private key as encrypted PKCS #8 in PEM, which OpenSSL reads with the passphrase.
    public static func pem(
        of key: SigningKey, passphrase: [UInt8]
    ) throws(KeyFileError) -> String {
        let encrypted = try EncryptedKeyDER.encrypted(PrivateKeyDER.encode(key), passphrase)
        return PEMBlock.encode(encrypted, label: encryptedLabel)
    }

    /// Returns a public key as SubjectPublicKeyInfo in PEM.
    public static func pem(of key: COSEKey) -> String {
        PEMBlock.encode(PublicKeyDER.encode(key), label: publicLabel)
    }

    private static let publicLabel = "PUBLIC KEY"
    private static let pkcs8Label = "PRIVATE KEY"
    private static let encryptedLabel = "ENCRYPTED PRIVATE KEY"
    private static let sec1Label = "EC PRIVATE KEY"

    /// Returns the block with the one key of a file.
    private static func keyBlock(in pem: String) throws(KeyFileError) -> PEMBlock {
        // `openssl ecparam -genkey` writes the curve in a block of its own, which says nothing new.
        let blocks = PEMBlock.blocks(in: pem).filter { $0.label.hasSuffix("KEY") }
        guard let block = blocks.first else { throw .noKey }
        guard blocks.count == 1 else { throw .severalKeys }
        switch block.label {
        case publicLabel, pkcs8Label, sec1Label, encryptedLabel: return block
        case "RSA PRIVATE KEY", "RSA PUBLIC KEY": throw .unsupported("RSA")
        case "OPENSSH PRIVATE KEY": throw .unsupported("an OpenSSH key file")
        default: throw .unsupported("a file with \(block.label)")
        }
    }
}
