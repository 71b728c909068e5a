import Encoding
import Foundation
import Keys
import Testing
import TestSupport

/// Private keys that a passphrase guards.
@Suite struct EncryptedKeyTests {
    private static let passphrase = Array("corr\u{E9}ct horse".utf8)

    @Test(arguments: KeyFile.Algorithm.allCases)
    func aKeyIsReadBackWithItsPassphraseAndWithNoOther(algorithm: KeyFile.Algorithm) throws {
        let key = KeyFile.generate(algorithm)
        let pem = try KeyFile.pem(of: key, passphrase: Self.passphrase)
        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        let again = try KeyFile.privateKey(pem: pem, passphrase: Self.passphrase)
        #expect(again.publicKey == key.publicKey)
        #expect(throws: KeyFileError.encrypted) { try KeyFile.privateKey(pem: pem) }
        #expect(throws: KeyFileError.wrongPassphrase) {
            try KeyFile.privateKey(pem: pem, passphrase: Self.passphrase + [0x20])
        }
    }

    @Test func aKeyIsNeverEncryptedTwiceAlike() throws {
        let key = KeyFile.generate(.ed25519)
        let once = try KeyFile.pem(of: key, passphrase: Self.passphrase)
        #expect(try KeyFile.pem(of: key, passphrase: Self.passphrase) != once)
    }

    private static let costly: [([UInt8], KeyFileError)] = [
        (scrypt(cost: 1 << 18, blockSize: 8, parallelism: 1), .wrongPassphrase),
        (scrypt(cost: 1 << 18, blockSize: 9, parallelism: 1), .tooCostly),
        (scrypt(cost: 1 << 19, blockSize: 8, parallelism: 1), .tooCostly),
        (scrypt(cost: 1 << 18, blockSize: 8, parallelism: 5), .tooCostly),
        (scrypt(cost: .max / 2 + 1, blockSize: 8, parallelism: 1), .tooCostly),
        (scrypt(cost: 2, blockSize: .max, parallelism: .max), .tooCostly),
        (pbkdf2(rounds: 10_000_001), .tooCostly), (pbkdf2(rounds: .max), .tooCostly),
        (pbkdf2(rounds: 0), .tooCostly), (pbkdf2(rounds: 1), .wrongPassphrase),
        (
            scrypt(cost: 3, blockSize: 8, parallelism: 1),
            .malformed("the encrypted PKCS #8 structure")
        ),
        (
            scrypt(cost: 1 << 10, blockSize: 0, parallelism: 1),
            .malformed("the encrypted PKCS #8 structure")
        ),
    ]

    /// Whoever writes the file chooses what reading it costs.
    @Test(arguments: costly.map { (ShownBytes($0), $1) })
    func aFileThatAsksForTooMuchIsRefusedBeforeItIsDone(der: ShownBytes, error: KeyFileError) {
        #expect(throws: error) { try KeyFile.privateKey(pem: Self.pem(der.bytes), passphrase: [1]) }
    }

    @Test func everyCutAndEveryChangedByteOfAnEncryptedKeyEndsInAnError() throws {
        let der = Self.pbkdf2(rounds: 2)
        for index in der.indices {
            #expect(throws: KeyFileError.self) {
                try KeyFile.privateKey(pem: Self.pem(Array(der[..<index])), passphrase: [1])
            }
            var changed = der
            changed[index] ^= 0x04
            #expect(throws: KeyFileError.self) {
                try KeyFile.privateKey(pem: Self.pem(changed), passphrase: [1])
            }
        }
    }

    private static func pem(_ der: [UInt8]) -> String {
        """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        \(Base64.encode(der))
        -----END ENCRYPTED PRIVATE KEY-----
        """
    }

    // MARK: - Structures by hand

    private static func scrypt(
        cost: UInt64, blockSize: UInt64, parallelism: UInt64
    ) -> [UInt8] {
        let values =
            value(4, [1, 2, 3]) + integer(cost) + integer(blockSize) + integer(parallelism)
        let name = value(6, [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b])
        return structure(value(0x30, name + value(0x30, values)))
    }

    private static func pbkdf2(rounds: UInt64) -> [UInt8] {
        let name = value(6, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c])
        let values = value(4, [1, 2, 3]) + integer(rounds)
        return structure(value(0x30, name + value(0x30, values)))
    }

    private static func structure(_ derivation: [UInt8]) -> [UInt8] {
        let pbes2 = value(6, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d])
        let aes = value(6, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a])
        let vector = value(4, Array(repeating: 7, count: 16))
        let parameters = value(0x30, derivation + value(0x30, aes + vector))
        // Not a whole number of blocks, so no passphrase decrypts it.
        return value(
            0x30, value(0x30, pbes2 + parameters) + value(4, Array(repeating: 9, count: 47)))
    }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        content.count < 0x80
            ? [tag, UInt8(content.count)] + content : [tag, 0x81, UInt8(content.count)] + content
    }

    private static func integer(_ number: UInt64) -> [UInt8] {
        var bytes = bigEndian(number)
        while bytes.count > 1, bytes[0] == 0, bytes[1] < 0x80 { bytes.removeFirst() }
        if bytes[0] >= 0x80 { bytes.insert(0, at: 0) }
        return value(2, bytes)
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}

/// What `openssl` encrypts we read, and what we encrypt it reads.
@Suite(.enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct EncryptedOpenSSLTests {
    private static let passphrase = Array("secret".utf8)

    @Test(arguments: [
        "", "-scrypt", "-scrypt -scrypt_N 8192 -scrypt_p 2", "-v2 aes-256-cbc -iter 100000",
        "-v2prf hmacWithSHA1", "-v2prf hmacWithSHA384", "-v2prf hmacWithSHA512",
    ])
    func itsEncryptedKeysAreRead(how: String) async throws {
        let pem = try await OpenSSL.run("genpkey -algorithm ed25519")
        let key = try KeyFile.privateKey(pem: pem)
        let encrypted = try await OpenSSL.run(
            "pkcs8 -topk8 -passout pass:secret \(how)", input: pem)
        let again = try KeyFile.privateKey(pem: encrypted, passphrase: Self.passphrase)
        #expect(again.publicKey == key.publicKey)
        #expect(throws: KeyFileError.wrongPassphrase) {
            try KeyFile.privateKey(pem: encrypted, passphrase: [0x73])
        }
    }

    @Test(arguments: ["-v2 aes-128-cbc", "-v2 des3", "-v1 PBE-SHA1-3DES"])
    func weakerCiphersAreNamedAndNotRead(how: String) async throws {
        let pem = try await OpenSSL.run("genpkey -algorithm ed25519")
        let encrypted = try await OpenSSL.run(
            "pkcs8 -topk8 -passout pass:secret \(how)", input: pem)
        #expect(throws: KeyFileError.unsupportedEncryption) {
            try KeyFile.privateKey(pem: encrypted, passphrase: Self.passphrase)
        }
    }

    /// Its program stops at 32 MiB of scrypt, a quarter of ours; its parts do the steps one by one.
    @Test(arguments: KeyFile.Algorithm.allCases)
    func ourEncryptedKeysAreDecryptedByItsParts(algorithm: KeyFile.Algorithm) async throws {
        let key = KeyFile.generate(algorithm)
        let folder = try TemporaryFolder()
        let path = try folder.write(
            KeyFile.pem(of: key, passphrase: Self.passphrase), to: "locked.pem")
        let parsed = try await OpenSSL.run("asn1parse -in \(path)")
        #expect(parsed.contains(":PBES2") && parsed.contains(":scrypt"))
        #expect(parsed.contains(":020000\n"), "N is 2^17")
        let parts = parsed.matches(of: /\[HEX DUMP\]:([0-9A-F]+)/).map { String($0.1) }
        try #require(parts.count == 3)
        let derived = try await OpenSSL.run(
            "kdf -keylen 32 -kdfopt pass:secret -kdfopt hexsalt:\(parts[0]) -kdfopt n:131072 "
                + "-kdfopt r:8 -kdfopt p:1 -kdfopt maxmem_bytes:200000000 SCRYPT")
        let bits = derived.replacing(":", with: "").replacing("\n", with: "")
        let bytes = try #require(Hex.decode(Text(parts[2].lowercased())))
        try folder.write(bytes, to: "locked")
        let place = folder.path("plain")
        try await OpenSSL.run(
            "enc -d -aes-256-cbc -K \(bits) -iv \(parts[1]) -in \(folder.path("locked")) "
                + "-out \(place)")
        #expect(
            try await OpenSSL.run("pkey -inform DER -in \(place)") == KeyFile.pem(of: key))
    }
}
