import Crypto
import Encoding
import TestSupport
import Testing

@Suite(.needsVectors) struct COSEMLDSATests {
    private struct Vector: Decodable {
        var key: String
        var sign1: String
        var toBeSigned: String

        enum CodingKeys: String, CodingKey {
            case key, sign1
            case toBeSigned = "raw_to_be_signed"
        }
    }

    /// The draft's keys are not sorted; their members are what matters here.
    private func members(_ vector: Vector) throws -> CBORMap {
        try #require(try CBOR.decode(bytes(vector.key), rules: .lenient).mapValue)
    }

    @Test func theKeyAndTheMessageOfMLDSA65Verify() throws {
        let vector: Vector = try Vectors.one(at: "cose-mldsa/ML_DSA_65.cose.json")
        let members = try members(vector)
        let key = try COSEKey(.mlDSA65(try #require(members[-1]?.bytesValue)))
        let message = try COSESign1.decode(bytes(vector.sign1))
        #expect(message.toBeSigned() == bytes(vector.toBeSigned))
        let codePoint = try #require(message.protectedMap[1]?.integer)
        #expect(COSEAlgorithm(codePoint: codePoint) == .mlDSA65)
        #expect(message.protectedMap[4] == .bytes(key.thumbprint))
        let checker = try key.verificationKey()
        try checker.check(signature: message.signature, for: message.toBeSigned())

        var altered = message.signature
        altered[1000] ^= 1
        #expect(throws: SignatureError.mismatch) {
            try checker.check(signature: altered, for: message.toBeSigned())
        }
        #expect(throws: SignatureError.mismatch) {
            try checker.check(signature: message.signature, for: message.toBeSigned() + [0])
        }
        #expect(throws: SignatureError.wrongLength(3308, expected: 3309)) {
            try checker.check(signature: message.signature.dropLast(), for: message.toBeSigned())
        }
    }

    /// A private key is no public key with something more.
    @Test func aKeyWithItsPrivateMemberIsRefused() throws {
        let vector: Vector = try Vectors.one(at: "cose-mldsa/ML_DSA_65.cose.json")
        let members = try members(vector)
        #expect(throws: COSEKeyError.wrongMembers) {
            try COSEKey(encoded: members.setting(2, to: nil).encoded())
        }
        let publicMembers = members.setting(2, to: nil).setting(-2, to: nil)
        let key = try COSEKey(encoded: publicMembers.encoded())
        #expect(key.keySetMember == .map(members.setting(-2, to: nil)))
    }

    @Test(arguments: [44, 87])
    func otherParameterSetsAreUnknownAlgorithms(set: Int) throws {
        let vector: Vector = try Vectors.one(at: "cose-mldsa/ML_DSA_\(set).cose.json")
        let members = try members(vector)
        let bare = members.setting(2, to: nil).setting(-2, to: nil)
        #expect(throws: COSEKeyError.unsupported) { try COSEKey(encoded: bare.encoded()) }
        #expect(throws: COSEKeyError.unsupported) { try COSEKey(keySetMember: members) }
        let message = try COSESign1.decode(bytes(vector.sign1))
        let codePoint = try #require(message.protectedMap[1]?.integer)
        #expect(COSEAlgorithm(codePoint: codePoint) == nil)
    }
}
