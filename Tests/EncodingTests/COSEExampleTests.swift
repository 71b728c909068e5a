import Encoding
import TestSupport
import Testing

/// The COSE_Sign1 examples of the COSE working group, each with what our rules make of it.
@Suite(.needsVectors) struct COSEExampleTests {
    private struct Example: Decodable {
        struct Key: Decodable {
            var kty: String
            var crv: String
            var x: String?
            var xHex: String?
            var y: String?

            enum CodingKeys: String, CodingKey {
                case kty, crv, x, y
                case xHex = "x_hex"
            }
        }

        struct Signer: Decodable {
            var key: Key
        }

        struct Input: Decodable {
            var sign0: Signer
        }

        struct Intermediates: Decodable {
            var toBeSigned: String

            enum CodingKeys: String, CodingKey { case toBeSigned = "ToBeSign_hex" }
        }

        struct Output: Decodable {
            var cbor: String
        }

        var input: Input
        var intermediates: Intermediates
        var output: Output
    }

    enum Outcome: Hashable {
        case valid
        case refused(CBORError)
        case unknownAlgorithm
        case unsupportedKey
        case badSignature(SignatureError)
    }

    @Test(arguments: [
        ("Appendix_C_2_1", Outcome.valid),
        ("eddsa-examples/eddsa-sig-01", .valid),
        // Ed448
        ("eddsa-examples/eddsa-sig-02", .unsupportedKey),
        // A valid signature whose s is in the upper half: refused, and named.
        ("ecdsa-examples/ecdsa-sig-01", .badSignature(.highS)),
        // ES384, ES512, ES512 over P-256
        ("ecdsa-examples/ecdsa-sig-02", .unknownAlgorithm),
        ("ecdsa-examples/ecdsa-sig-03", .unknownAlgorithm),
        ("ecdsa-examples/ecdsa-sig-04", .unknownAlgorithm),
        // alg is in the unprotected map: no algorithm for us, as -8 to 2 bytes is none either.
        ("sign1-tests/sign-pass-01", .unknownAlgorithm),
        // Signed over external data, of which we have none.
        ("sign1-tests/sign-pass-02", .badSignature(.mismatch)),
        ("sign1-tests/sign-pass-03", .refused(CBORError(.notTagged, at: 0))),
        ("sign1-tests/sign-fail-01", .refused(CBORError(.notTagged, at: 0))),
        ("sign1-tests/sign-fail-02", .badSignature(.mismatch)),
        ("sign1-tests/sign-fail-03", .unknownAlgorithm),
        ("sign1-tests/sign-fail-04", .unknownAlgorithm),
        ("sign1-tests/sign-fail-06", .badSignature(.mismatch)),
        ("sign1-tests/sign-fail-07", .badSignature(.highS)),
    ])
    func everyExampleHasItsOutcome(name: String, outcome: Outcome) throws {
        let example: Example = try Vectors.one(at: "cose-wg-examples/\(name).json")
        #expect(try judge(example) == outcome)
    }

    private func judge(_ example: Example) throws -> Outcome {
        let message: COSESign1
        do {
            message = try COSESign1.decode(bytes(example.output.cbor))
        } catch {
            return .refused(error)
        }
        #expect(message.encoded() == bytes(example.output.cbor))
        guard let codePoint = message.protectedMap[1]?.integer,
            let algorithm = COSEAlgorithm(codePoint: codePoint)
        else { return .unknownAlgorithm }
        guard let key = try key(example.input.sign0.key) else { return .unsupportedKey }
        #expect(key.algorithm == algorithm)
        let checker = try key.verificationKey()
        do throws(SignatureError) {
            try checker.check(signature: message.signature, for: message.toBeSigned())
            return .valid
        } catch {
            return .badSignature(error)
        }
    }

    private func key(_ key: Example.Key) throws -> COSEKey? {
        func coordinate(_ text: String?) -> [UInt8] { text.flatMap(Base64.decodeURL) ?? [] }
        switch key.crv {
        case "Ed25519": return try COSEKey(.ed25519(bytes(key.xHex ?? "")))
        case "P-256":
            return try COSEKey(.p256(x: coordinate(key.x), y: coordinate(key.y)))
        default: return nil
        }
    }

    @Test(arguments: [
        "Appendix_C_2_1", "eddsa-examples/eddsa-sig-01", "ecdsa-examples/ecdsa-sig-01",
        "ecdsa-examples/ecdsa-sig-02", "ecdsa-examples/ecdsa-sig-03",
        "ecdsa-examples/ecdsa-sig-04", "eddsa-examples/eddsa-sig-02", "sign1-tests/sign-pass-01",
        "sign1-tests/sign-fail-02",
    ])
    func whatIsSignedIsWhatTheExampleSays(name: String) throws {
        let example: Example = try Vectors.one(at: "cose-wg-examples/\(name).json")
        let message = try COSESign1.decode(bytes(example.output.cbor))
        // fail-02 changes the payload after signing, in its last byte.
        let expected = bytes(example.intermediates.toBeSigned)
        #expect(message.toBeSigned().dropLast() == expected.dropLast())
    }

    /// The example's header names no algorithm, but its signature is good over an empty one.
    @Test func anEmptyProtectedHeaderVerifies() throws {
        let example: Example = try Vectors.one(at: "cose-wg-examples/sign1-tests/sign-pass-01.json")
        let message = try COSESign1.decode(bytes(example.output.cbor))
        let key = try #require(try key(example.input.sign0.key)).verificationKey()
        #expect(key.isValid(signature: message.signature, for: message.toBeSigned()))
    }

    /// COSE_Sign, with several signers, is another type with another tag.
    @Test(arguments: [
        "ecdsa-examples/ecdsa-01", "ecdsa-examples/ecdsa-02", "ecdsa-examples/ecdsa-03",
        "ecdsa-examples/ecdsa-04", "eddsa-examples/eddsa-01", "eddsa-examples/eddsa-02",
    ])
    func aMessageOfSeveralSignersIsRefused(name: String) throws {
        struct Example: Decodable {
            struct Output: Decodable { var cbor: String }
            var output: Output
        }
        let example: Example = try Vectors.one(at: "cose-wg-examples/\(name).json")
        #expect(throws: CBORError(.notTagged, at: 0)) {
            try COSESign1.decode(bytes(example.output.cbor))
        }
    }
}
