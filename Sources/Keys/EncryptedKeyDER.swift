import PassphraseCipher

/// Private keys that a passphrase guards: EncryptedPrivateKeyInfo (RFC 5958 §3) by PBES2 (RFC 8018
/// §6.2), with scrypt (RFC 7914 §7) or PBKDF2, and AES-256 in CBC mode.
///
///     SEQUENCE { SEQUENCE { PBES2, SEQUENCE { derivation, cipher } }, OCTET STRING encrypted }
///
/// OpenSSL writes these, and refuses to write any other AES: its PKCS #8 has no GCM.
enum EncryptedKeyDER {
    private static let part = "the encrypted PKCS #8 structure"

    // 1.2.840.113549.1.5.13
    private static let pbes2: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]
    // 1.2.840.113549.1.5.12
    private static let pbkdf2: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c]
    // 1.3.6.1.4.1.11591.4.11
    private static let scrypt: [UInt8] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b]
    // 2.16.840.1.101.3.4.1.42
    private static let aes256CBC: [UInt8] = [
        0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a,
    ]
    // 1.2.840.113549.2.7, .9, .10 and .11
    private static let functions: [[UInt8]: PassphraseKey.PseudorandomFunction] = [
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x07]: .sha1,
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09]: .sha256,
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0a]: .sha384,
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0b]: .sha512,
    ]

    /// Bytes of a new key's salt: as many as NIST SP 800-132 §5.1 asks for.
    private static let saltByteCount = 16

    /// Returns the PKCS #8 structure in `bytes`.
    static func decrypted(
        _ bytes: [UInt8], _ passphrase: [UInt8]
    ) throws(KeyFileError) -> [UInt8] {
        var outer = DERReader(bytes, part: part)
        var reader = try outer.sequence()
        try outer.finish()
        var algorithm = try reader.sequence()
        let encrypted = Array(try reader.value(DERTag.octetString))
        try reader.finish()
        guard Array(try algorithm.value(DERTag.objectIdentifier)) == pbes2 else {
            throw .unsupportedEncryption
        }
        var parameters = try algorithm.sequence()
        try algorithm.finish()
        let (salt, derivation) = try derivation(&parameters)
        let vector = try vector(&parameters)
        try parameters.finish()
        do throws(PassphraseCipherError) {
            let key = try PassphraseKey(passphrase, salt: salt, derivation)
            return try PassphraseCipher.decrypted(encrypted, key, vector: vector)
        } catch {
            switch error {
            case .wrongKey: throw .wrongPassphrase
            case .tooCostly: throw .tooCostly
            case .malformed, .failed: throw .malformed(part)
            }
        }
    }

    private static func derivation(
        _ parameters: inout DERReader
    ) throws(KeyFileError) -> (salt: [UInt8], PassphraseKey.Derivation) {
        var reader = try parameters.sequence()
        let identifier = Array(try reader.value(DERTag.objectIdentifier))
        var values = try reader.sequence()
        try reader.finish()
        let salt = Array(try values.value(DERTag.octetString))
        let derivation: PassphraseKey.Derivation
        switch identifier {
        case scrypt:
            derivation = .scrypt(
                cost: try values.integer(), blockSize: try values.integer(),
                parallelism: try values.integer())
            try checkLength(&values)
        case pbkdf2:
            let rounds = try values.integer()
            try checkLength(&values)
            derivation = .pbkdf2(try function(&values), rounds: rounds)
        default: throw .unsupportedEncryption
        }
        try values.finish()
        return (salt, derivation)
    }

    /// Reads the length of the key where it is written down.
    private static func checkLength(_ values: inout DERReader) throws(KeyFileError) {
        guard let length = try values.optionalInteger() else { return }
        guard length == PassphraseKey.byteCount else { throw .unsupportedEncryption }
    }

    /// Reads the function of PBKDF2; SHA-1 is meant where none is named.
    private static func function(
        _ values: inout DERReader
    ) throws(KeyFileError) -> PassphraseKey.PseudorandomFunction {
        guard let content = try values.optional(DERTag.sequence) else { return .sha1 }
        var reader = DERReader(content, part: part)
        let identifier = Array(try reader.value(DERTag.objectIdentifier))
        _ = try reader.optional(DERTag.null)
        try reader.finish()
        guard let function = functions[identifier] else { throw .unsupportedEncryption }
        return function
    }

    private static func vector(_ parameters: inout DERReader) throws(KeyFileError) -> [UInt8] {
        var reader = try parameters.sequence()
        guard Array(try reader.value(DERTag.objectIdentifier)) == aes256CBC else {
            throw .unsupportedEncryption
        }
        let vector = Array(try reader.value(DERTag.octetString))
        try reader.finish()
        return vector
    }

    /// Returns the PKCS #8 structure `plain`, encrypted with the usual derivation.
    static func encrypted(
        _ plain: [UInt8], _ passphrase: [UInt8]
    ) throws(KeyFileError) -> [UInt8] {
        let salt = random(saltByteCount)
        let vector = random(PassphraseCipher.vectorByteCount)
        let encrypted: [UInt8]
        do throws(PassphraseCipherError) {
            let key = try PassphraseKey(passphrase, salt: salt, .usual)
            encrypted = try PassphraseCipher.encrypted(plain, key, vector: vector)
        } catch {
            throw .notEncrypted
        }
        guard
            case .scrypt(let cost, let blockSize, let parallelism) = .usual
                as PassphraseKey.Derivation
        else { preconditionFailure("new keys are made with scrypt") }
        let identifier = { (bytes: [UInt8]) in DERWriter.value(DERTag.objectIdentifier, bytes) }
        let derivation = DERWriter.sequence(
            identifier(scrypt),
            DERWriter.sequence(
                DERWriter.value(DERTag.octetString, salt), DERWriter.integer(cost),
                DERWriter.integer(blockSize), DERWriter.integer(parallelism)))
        let cipher = DERWriter.sequence(
            identifier(aes256CBC), DERWriter.value(DERTag.octetString, vector))
        return DERWriter.sequence(
            DERWriter.sequence(identifier(pbes2), DERWriter.sequence(derivation, cipher)),
            DERWriter.value(DERTag.octetString, encrypted))
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }
}
