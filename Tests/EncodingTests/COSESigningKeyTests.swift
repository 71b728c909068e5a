import Crypto
import Encoding
import Testing

@Suite struct COSESigningKeyTests {
    private static let keys: [SigningKey] = [
        .ed25519(Curve25519.Signing.PrivateKey()), .es256(P256.Signing.PrivateKey()),
    ]

    /// ES256 signatures are random, and half of them come out with the higher s.
    @Test(arguments: [0, 1])
    func everySignatureVerifiesUnderTheStrictRule(index: Int) throws {
        let key = Self.keys[index]
        let checker = try key.publicKey.verificationKey()
        #expect(checker.algorithm == key.algorithm)
        for number in UInt8(0)..<64 {
            let signature = try key.sign([1, 2, number])
            #expect(signature.count == key.algorithm.signatureByteCount)
            try checker.check(signature: signature, for: [1, 2, number])
            #expect(throws: SignatureError.mismatch) {
                try checker.check(signature: signature, for: [1, 2, number, 0])
            }
        }
    }

    /// RFC 8032 §7.1, test 3.
    @Test func theSignatureOfTheStandardsExampleIsTheirs() throws {
        let secret = bytes("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
        let key = SigningKey.ed25519(
            try Curve25519.Signing.PrivateKey(rawRepresentation: secret))
        let expected = bytes(
            """
            6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
            18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
            """)
        #expect(try key.sign([0xaf, 0x82]) == expected)
    }

    @Test(arguments: [0, 1])
    func everyBitOfASignatureMatters(index: Int) throws {
        let key = Self.keys[index]
        let checker = try key.publicKey.verificationKey()
        let signature = try key.sign([9])
        for bit in 0..<8 * signature.count {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!checker.isValid(signature: changed, for: [9]))
        }
    }

    @Test(arguments: [0, 1])
    func aSignatureHasOneLength(index: Int) throws {
        let key = Self.keys[index]
        let checker = try key.publicKey.verificationKey()
        let signature = try key.sign([9])
        for wrong in [[], Array(signature.dropLast()), signature + [0]] {
            #expect(throws: SignatureError.wrongLength(wrong.count, expected: 64)) {
                try checker.check(signature: wrong, for: [9])
            }
        }
    }

    @Test func aKeyOfOneAlgorithmChecksNoSignatureOfTheOther() throws {
        let message: [UInt8] = [1, 2, 3]
        for (signer, checker) in [(0, 1), (1, 0)] {
            let signature = try Self.keys[signer].sign(message)
            let other = try Self.keys[checker].publicKey.verificationKey()
            #expect(!other.isValid(signature: signature, for: message))
        }
    }
}
