import Crypto
import Encoding
import Foundation
import Keys
import Testing
import TestSupport

/// Our files and those of `openssl` are the same files.
@Suite(.enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct OpenSSLTests {
    private static let ed25519 = "genpkey -algorithm ed25519"
    private static let p256 = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"

    @Test(arguments: [
        (ed25519, COSEAlgorithm.edDSA), (p256, .es256),
        ("ecparam -name prime256v1 -genkey", .es256),
        ("ecparam -name P-256 -genkey -noout", .es256),
    ])
    func itsPrivateKeysAreRead(command: String, algorithm: COSEAlgorithm) async throws {
        let pem = try await OpenSSL.run(command)
        let key = try KeyFile.privateKey(pem: pem)
        #expect(key.algorithm == algorithm)
        let publicPEM = try await OpenSSL.run("pkey -pubout", input: pem)
        #expect(try KeyFile.publicKey(pem: publicPEM) == key.publicKey)
        #expect(KeyFile.pem(of: key.publicKey) == publicPEM)
    }

    @Test(arguments: KeyFile.Algorithm.allCases)
    func ourPrivateKeysAreWrittenAsItWritesThem(algorithm: KeyFile.Algorithm) async throws {
        for _ in 0..<8 {
            let key = KeyFile.generate(algorithm)
            let pem = KeyFile.pem(of: key)
            #expect(try await OpenSSL.run("pkey", input: pem) == pem)
            let publicPEM = KeyFile.pem(of: key.publicKey)
            #expect(try await OpenSSL.run("pkey -pubout", input: pem) == publicPEM)
            #expect(try await OpenSSL.run("pkey -pubin", input: publicPEM) == publicPEM)
            let name = algorithm == .ed25519 ? "ED25519 Private-Key" : "prime256v1"
            #expect(try await OpenSSL.run("pkey -text -noout", input: pem).contains(name))
        }
    }

    /// The text form stands after the key in the same file, and a Windows editor has been there.
    @Test(arguments: [ed25519, p256])
    func textAroundAKeyIsIgnored(command: String) async throws {
        let pem = try await OpenSSL.run(command)
        let key = try KeyFile.privateKey(pem: pem)
        let withText = try await OpenSSL.run("pkey -text", input: pem)
        #expect(withText.count > pem.count)
        for variant in [
            withText, pem.replacingOccurrences(of: "\n", with: "\r\n"), "our key:\n\n" + pem,
            pem.replacingOccurrences(of: "\n", with: " \n"), String(pem.dropLast()),
        ] {
            #expect(try KeyFile.privateKey(pem: variant).publicKey == key.publicKey)
        }
    }

    @Test func aCompressedPointIsTheSameKey() async throws {
        let pem = try await OpenSSL.run(Self.p256)
        let compressed = try await OpenSSL.run("ec -pubout -conv_form compressed", input: pem)
        #expect(compressed.count < 150)
        let key = try KeyFile.privateKey(pem: pem)
        #expect(try KeyFile.publicKey(pem: compressed) == key.publicKey)
    }

    @Test(arguments: [
        ("pkey -aes256 -passout pass:secret", KeyFileError.encrypted),
        ("ec -aes256 -passout pass:secret", .unsupportedEncryption),
    ])
    func anEncryptedKeyIsNamedWithTheLineThatDecryptsIt(
        command: String, error: KeyFileError
    ) async throws {
        let pem = try await OpenSSL.run(
            command, input: try await OpenSSL.run(Self.p256))
        #expect(throws: error) { try KeyFile.privateKey(pem: pem) }
        let hint = try #require(KeyFileError.encrypted.hint(path: "berlin.pem"))
        #expect(hint.hasSuffix("openssl pkey -in berlin.pem -out plain.pem"))

        // The line does what it promises.
        let folder = try TemporaryFolder()
        let path = try folder.write(pem, to: "berlin.pem")
        try await OpenSSL.run(
            "pkey -in \(path) -out \(folder.path("plain.pem")) -passin pass:secret")
        _ = try KeyFile.read(privateKeyAt: folder.path("plain.pem"))
    }

    @Test(arguments: [
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "RSA"),
        ("genpkey -algorithm ed448", "Ed448"), ("genpkey -algorithm x25519", "X25519"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "P-384"),
        ("ecparam -name secp384r1 -genkey -noout", "P-384"),
        ("ecparam -name secp256k1 -genkey", "secp256k1"),
        (p256 + " -pkeyopt ec_param_enc:explicit", "a curve without a name"),
    ])
    func otherKindsOfKeyAreNamed(command: String, name: String) async throws {
        let pem = try await OpenSSL.run(command)
        #expect(throws: KeyFileError.unsupported(name)) { try KeyFile.privateKey(pem: pem) }
        let publicPEM = try await OpenSSL.run("pkey -pubout", input: pem)
        #expect(throws: KeyFileError.unsupported(name)) { try KeyFile.publicKey(pem: publicPEM) }
    }

    /// What we sign, another implementation verifies under the public key that we wrote.
    @Test(arguments: KeyFile.Algorithm.allCases)
    func itVerifiesOurSignatures(algorithm: KeyFile.Algorithm) async throws {
        let folder = try TemporaryFolder()
        let key = KeyFile.generate(algorithm)
        let publicKey = try folder.write(KeyFile.pem(of: key.publicKey), to: "key.pub.pem")
        let message = try folder.write("a message", to: "message")
        var signature = try key.sign(Array("a message".utf8))
        if algorithm == .es256 {
            signature = Array(
                try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
        }
        let path = folder.path("signature")
        try Data(signature).write(to: URL(filePath: path))
        let command =
            algorithm == .ed25519
            ? "pkeyutl -verify -pubin -inkey \(publicKey) -rawin -in \(message) -sigfile \(path)"
            : "dgst -sha256 -verify \(publicKey) -signature \(path) \(message)"
        try await OpenSSL.run(command)
    }
}
