import Crypto
import Encoding
import Files
import Foundation
import Keys
import Testing

@Suite struct KeyFileTests {
    /// RFC 8410 §10.3: version 1 without, and version 2 with attributes and the public key.
    private static let standardsKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """
    private static let standardsSecondKey = """
        -----BEGIN PRIVATE KEY-----
        MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
        Z9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PRIVATE KEY-----
        """
    /// RFC 8410 §10.1.
    private static let standardsPublicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----

        """

    @Test func theKeysOfTheStandardAreRead() throws {
        let key = try KeyFile.publicKey(pem: Self.standardsPublicKey)
        #expect(KeyFile.pem(of: key) == Self.standardsPublicKey)
        #expect(try KeyFile.privateKey(pem: Self.standardsKey).publicKey == key)
        #expect(try KeyFile.privateKey(pem: Self.standardsSecondKey).publicKey == key)
    }

    @Test(arguments: KeyFile.Algorithm.allCases)
    func everyKeyComesBackFromItsPEM(algorithm: KeyFile.Algorithm) throws {
        for _ in 0..<20 {
            let key = KeyFile.generate(algorithm)
            let again = try KeyFile.privateKey(pem: KeyFile.pem(of: key))
            #expect(again.publicKey == key.publicKey)
            #expect(try KeyFile.publicKey(pem: KeyFile.pem(of: key.publicKey)) == key.publicKey)
        }
    }

    @Test func anMLDSAPublicKeyComesBackAndAPrivateOneIsRefused() throws {
        let key = try COSEKey(
            .mlDSA65(Array(try MLDSA65.PrivateKey().publicKey.rawRepresentation)))
        #expect(try KeyFile.publicKey(pem: KeyFile.pem(of: key)) == key)

        // RFC 9881 §6: the seed form.
        let identifier: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]
        let seed: [UInt8] = [0x80, 32] + Array(repeating: 1, count: 32)
        let der = [0x30, 52, 2, 1, 0, 0x30, 11, 6, 9] + identifier + [4, 34] + seed
        #expect(throws: KeyFileError.unsupported("signing with ML-DSA-65")) {
            try KeyFile.privateKey(pem: armored(der, "PRIVATE KEY"))
        }
    }

    @Test(arguments: ["MC4CAQAwBQYDK2VwBCIEI", "MC4C AQAw", "MC4=CAQA", "é"])
    func aBlockThatIsNotBase64IsRefused(content: String) {
        for label in ["PRIVATE KEY", "EC PRIVATE KEY"] {
            let pem = "-----BEGIN \(label)-----\n\(content)\n-----END \(label)-----\n"
            #expect(throws: KeyFileError.malformed("the base64 text")) {
                try KeyFile.privateKey(pem: pem)
            }
        }
    }

    /// Either the file is refused or it holds another key: no byte is without meaning.
    @Test(arguments: KeyFile.Algorithm.allCases)
    func everyChangeOfOneByteIsRefusedOrChangesTheKey(algorithm: KeyFile.Algorithm) throws {
        let key = KeyFile.generate(algorithm)
        for (label, pem) in [
            ("PRIVATE KEY", KeyFile.pem(of: key)), ("PUBLIC KEY", KeyFile.pem(of: key.publicKey)),
        ] {
            let der = try content(pem)
            for index in der.indices {
                for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
                    var changed = der
                    changed[index] ^= change
                    #expect(publicKey(armored(changed, label)) != key.publicKey)
                }
                #expect(publicKey(armored(Array(der[..<index]), label)) == nil)
            }
            #expect(publicKey(armored(der + [0], label)) == nil)
        }
    }

    private func content(_ pem: String) throws -> [UInt8] {
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return try #require(Base64.decode(lines.joined()))
    }

    private func armored(_ content: [UInt8], _ label: String) -> String {
        "-----BEGIN \(label)-----\n\(Base64.encode(content))\n-----END \(label)-----\n"
    }

    private func publicKey(_ pem: String) -> COSEKey? {
        (try? KeyFile.publicKey(pem: pem)) ?? (try? KeyFile.privateKey(pem: pem))?.publicKey
    }

    @Test func aPublicKeyThatIsNotThePrivateKeysOwnIsRefused() throws {
        let (one, other) = (KeyFile.generate(.es256), KeyFile.generate(.es256))
        let (first, second) = (
            try content(KeyFile.pem(of: one)), try content(KeyFile.pem(of: other))
        )
        let mixed = first.dropLast(64) + second.suffix(64)
        #expect(throws: KeyFileError.mismatch) {
            try KeyFile.privateKey(pem: armored(Array(mixed), "PRIVATE KEY"))
        }
    }

    @Test func aKeyOfTheOtherSortIsNamed() throws {
        let key = KeyFile.generate(.ed25519)
        #expect(throws: KeyFileError.publicKey) {
            try KeyFile.privateKey(pem: KeyFile.pem(of: key.publicKey))
        }
        #expect(throws: KeyFileError.privateKey) {
            try KeyFile.publicKey(pem: KeyFile.pem(of: key))
        }
        #expect(throws: KeyFileError.severalKeys) {
            try KeyFile.privateKey(pem: KeyFile.pem(of: key) + KeyFile.pem(of: key.publicKey))
        }
    }

    @Test(arguments: [
        "", "no key at all", "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n",
        "-----BEGIN CERTIFICATE-----\nMC4C\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PUBLIC KEY-----\n",
    ])
    func aFileWithoutAKeyIsRefused(pem: String) {
        #expect(throws: KeyFileError.noKey) { try KeyFile.privateKey(pem: pem) }
        #expect(throws: KeyFileError.noKey) { try KeyFile.publicKey(pem: pem) }
    }

    @Test(arguments: [
        ("RSA PRIVATE KEY", "RSA"), ("OPENSSH PRIVATE KEY", "an OpenSSH key file"),
        ("DSA PRIVATE KEY", "a file with DSA PRIVATE KEY"),
    ])
    func aFileOfAnotherFormatIsNamed(label: String, name: String) {
        #expect(throws: KeyFileError.unsupported(name)) {
            try KeyFile.privateKey(pem: armored([1, 2, 3], label))
        }
    }

    /// The order-four point (y = 0) and a y that is not below p.
    @Test func aPublicKeyThatMustNotBeUsedIsRefused() throws {
        var der = try content(Self.standardsPublicKey)
        der.replaceSubrange(12..., with: Array(repeating: 0, count: 32))
        #expect(throws: KeyFileError.refused(.smallOrder)) {
            try KeyFile.publicKey(pem: armored(der, "PUBLIC KEY"))
        }
        der.replaceSubrange(12..., with: Array(repeating: 0xff, count: 32))
        #expect(throws: KeyFileError.refused(.nonCanonical)) {
            try KeyFile.publicKey(pem: armored(der, "PUBLIC KEY"))
        }
    }

    @Test func everyErrorIsOneLine() {
        let errors: [KeyFileError] = [
            .noKey, .severalKeys, .encrypted, .unsupportedEncryption, .wrongPassphrase,
            .tooCostly, .notEncrypted, .publicKey, .privateKey, .unsupported("RSA"),
            .malformed("the curve"), .mismatch, .refused(.smallOrder),
            .unreadable(FileError("a", .missing)), .exists,
            .unwritable(FileError("a", .missing)),
        ]
        for error in errors {
            #expect(!error.description.contains("\n") && !error.description.hasSuffix("."))
        }
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
