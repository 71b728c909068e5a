import CLibcrypto

/// AES-256 in CBC mode with the padding of PKCS #7 (NIST SP 800-38A, RFC 5652 §6.3), as OpenSSL
/// encrypts keys with.
///
/// It does not show whether the key was right: a wrong one gives bad padding, or bytes that are no
/// key, which the reader of the key finds.
public enum PassphraseCipher {
    /// Bytes of an initialization vector.
    public static let vectorByteCount = 16

    /// Returns what `plain` becomes.
    public static func encrypted(
        _ plain: [UInt8], _ key: PassphraseKey, vector: [UInt8]
    ) throws(PassphraseCipherError) -> [UInt8] {
        try run(plain, key, vector, isEncrypting: true)
    }

    /// Returns what `encrypted` was.
    public static func decrypted(
        _ encrypted: [UInt8], _ key: PassphraseKey, vector: [UInt8]
    ) throws(PassphraseCipherError) -> [UInt8] {
        try run(encrypted, key, vector, isEncrypting: false)
    }

    private static func run(
        _ input: [UInt8], _ key: PassphraseKey, _ vector: [UInt8], isEncrypting: Bool
    ) throws(PassphraseCipherError) -> [UInt8] {
        guard vector.count == vectorByteCount, let length = Int32(exactly: input.count) else {
            throw .malformed
        }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .failed }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let cipher = unsafe EVP_aes_256_cbc()
        guard
            unsafe EVP_CipherInit_ex(context, cipher, nil, key.bytes, vector, isEncrypting ? 1 : 0)
                == 1
        else { throw .failed }
        // A block more than the input is the most that comes out.
        var output = [UInt8](repeating: 0, count: input.count + 2 * vectorByteCount)
        var first: Int32 = 0
        guard unsafe EVP_CipherUpdate(context, &output, &first, input, length) == 1 else {
            throw .failed
        }
        var last: Int32 = 0
        let isWhole = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe EVP_CipherFinal_ex(
                context, output.baseAddress.map { unsafe $0 + Int(first) }, &last)
        }
        guard isWhole == 1 else { throw .wrongKey }
        return Array(output.prefix(Int(first + last)))
    }
}

/// Why bytes were not encrypted or decrypted.
public enum PassphraseCipherError: Error, Hashable {
    /// A parameter is one that there is not. The file is damaged.
    case malformed

    /// The parameters ask for more memory or time than is given. Encrypt the key again with less.
    case tooCostly

    /// The key is another one: the passphrase is wrong, or the bytes are damaged.
    case wrongKey

    /// The library failed, for want of memory as a rule.
    case failed
}
