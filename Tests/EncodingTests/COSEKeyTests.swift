import Crypto
import Encoding
import Testing
import TestSupport

@Suite struct COSEKeyTests {
    private static let x = bytes(
        "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d")
    private static let y = bytes(
        "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c")
    /// RFC 8032 §7.1, test 1.
    private static let ed25519 = bytes(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    /// RFC 9679 §6.
    @Test func theThumbprintOfTheStandardsExampleIsTheirs() throws {
        let key = try COSEKey(.p256(x: Self.x, y: Self.y))
        #expect(
            key.thumbprint
                == bytes("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"))
        #expect(
            key.encoded
                == bytes("a40102 2001 215820") + Self.x + bytes("225820") + Self.y)
    }

    @Test(arguments: [
        COSEKey.Material.p256(x: x, y: y), .ed25519(ed25519),
        .mlDSA65(Array(repeating: 7, count: 1952)),
    ])
    func everyFormOfAKeyComesBack(material: COSEKey.Material) throws {
        let key = try COSEKey(material)
        #expect(key.material == material)
        #expect(try COSEKey(encoded: key.encoded) == key)
        #expect(try COSEKey(string: Text(key.string)) == key)
        #expect(try COSEKey(keySetMember: #require(key.keySetMember.mapValue)) == key)
        #expect(key.thumbprint == Array(SHA256.hash(data: key.encoded)))
        #expect(try key.verificationKey().thumbprint == key.thumbprint)
        #expect(try key.verificationKey().algorithm == key.algorithm)
    }

    /// What is not exactly the members that the thumbprint hashes could give one key two kids.
    @Test func noMemberMayBeMissingOrAdded() throws {
        for material in [COSEKey.Material.p256(x: Self.x, y: Self.y), .ed25519(Self.ed25519)] {
            let members = try #require(
                try CBOR.decode(COSEKey(material).encoded).mapValue)
            for label in members.labels {
                #expect(throws: COSEKeyError.wrongMembers) {
                    try COSEKey(encoded: members.setting(label, to: nil).encoded())
                }
            }
            for label in [2, 3, 4, 5, -3, -4, -5, "x"] as [CBORLabel]
            where members[label: label] == nil {
                #expect(throws: COSEKeyError.wrongMembers) {
                    try COSEKey(encoded: members.setting(label, to: .bytes([1])).encoded())
                }
            }
        }
    }

    @Test(arguments: [
        CBORMap([(1, .int(3)), (-1, .int(6))]), [1: .int(1), -1: .int(7), -2: .bytes([1])],
        [1: .int(1), -1: .int(4), -2: .bytes([1])],
        [1: .int(2), -1: .int(2), -2: .bytes([1]), -3: .bytes([2])],
        [1: .int(7), 3: .int(-48), -1: .bytes([1])], [1: .int(4), -1: .bytes([1])],
    ])
    func otherTypesAndCurvesAreUnsupported(members: CBORMap) {
        #expect(throws: COSEKeyError.unsupported) { try COSEKey(encoded: members.encoded()) }
    }

    /// RFC 9053 lets y be a bool, the sign of the point; its thumbprint would be another.
    @Test func aCompressedPointIsRefused() {
        let members: CBORMap = [1: .int(2), -1: .int(1), -2: .bytes(Self.x), -3: .bool(true)]
        #expect(throws: COSEKeyError.wrongMembers) { try COSEKey(encoded: members.encoded()) }
    }

    @Test func bytesThatAreNotDeterministicAreRefused() {
        let long = bytes("a3 1801 01 2006 215820") + Self.ed25519
        #expect(throws: COSEKeyError.encoding(CBORError(.notShortest, at: 1))) {
            try COSEKey(encoded: long)
        }
        #expect(throws: COSEKeyError.notBase64) { try COSEKey(string: "pQ==") }
        #expect(throws: COSEKeyError.wrongMembers) { try COSEKey(encoded: [0x80]) }
    }

    @Test func aKeySetsKidAndAlgMustBeTheKeys() throws {
        let key = try COSEKey(.ed25519(Self.ed25519))
        let members = try #require(key.keySetMember.mapValue)
        #expect(members.labels == [1, 2, 3, -1, -2])
        for (label, wrong) in [(2, CBOR.bytes([1])), (3, .int(-7)), (3, .int(-19))]
            as [(CBORLabel, CBOR)]
        {
            for value in [wrong, nil] {
                let error: COSEKeyError = label == 2 ? .wrongThumbprint : .wrongAlgorithm
                #expect(throws: error) {
                    try COSEKey(keySetMember: members.setting(label, to: value))
                }
            }
        }
        #expect(throws: COSEKeyError.wrongMembers) {
            try COSEKey(keySetMember: members.setting(4, to: .array([])))
        }
    }

    @Test func coordinatesOfTheWrongLengthAreRefused() {
        #expect(throws: COSEKeyError.wrongLength(31, expected: 32)) {
            try COSEKey(.ed25519(Self.ed25519.dropLast()))
        }
        #expect(throws: COSEKeyError.wrongLength(33, expected: 32)) {
            try COSEKey(.p256(x: [0] + Self.x, y: Self.y))
        }
        #expect(throws: COSEKeyError.wrongLength(1951, expected: 1952)) {
            try COSEKey(.mlDSA65(Array(repeating: 0, count: 1951)))
        }
    }

    @Test func pointsOutsideP256AreRefused() {
        let prime = bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
        let zeros = [UInt8](repeating: 0, count: 32)
        for (x, y) in [(Self.x, Self.x), (zeros, zeros), (prime, Self.y), (Self.x, prime)] {
            #expect(throws: COSEKeyError.notOnCurve) { try COSEKey(.p256(x: x, y: y)) }
        }
    }

    @Test func everyPublicKeyOfAPrivateKeyLiesOnTheCurve() throws {
        for _ in 0..<300 {
            let key = Curve25519.Signing.PrivateKey().publicKey
            _ = try COSEKey(.ed25519(Array(key.rawRepresentation)))
        }
    }

    /// y has a point where a quotient is a square, and half of all numbers are squares.
    @Test func aboutHalfOfAllNumbersAreNoPoint() {
        var random = SeededRandom(seed: 25519)
        var outside = 0
        for _ in 0..<400 {
            var y = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            y[31] &= 0x7f
            do {
                _ = try COSEKey(.ed25519(y))
            } catch {
                #expect(error == .notOnCurve)
                outside += 1
            }
        }
        #expect((140..<260).contains(outside))
    }

    /// y = 2 has no x, y = 3 has one: computed from the curve's equation with big integers.
    @Test(
        arguments: [
            (2, false), (3, true), (4, true), (5, true), (7, false), (8, false),
        ] as [(UInt8, Bool)])
    func smallNumbersAreJudgedByTheEquation(y: UInt8, isPoint: Bool) {
        let key = [y] + [UInt8](repeating: 0, count: 31)
        #expect(((try? COSEKey(.ed25519(key))) != nil) == isPoint)
    }

    /// The eight points of small order, and the second forms of those that have one.
    @Test func pointsOfSmallOrderAreRefusedInEveryForm() {
        let eight = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
        let minusEight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        let zeros = String(repeating: "00", count: 31)
        let ones = String(repeating: "ff", count: 30)
        let smallOrder = ["01" + zeros, "ec" + ones + "7f", "00" + zeros, eight, minusEight]
        let nonCanonical = ["ed" + ones + "7f", "ee" + ones + "7f", "ff" + ones + "7f"]
        for y in smallOrder {
            #expect(throws: COSEKeyError.smallOrder) { try COSEKey(.ed25519(bytes(y))) }
        }
        for y in nonCanonical {
            #expect(throws: COSEKeyError.nonCanonical) { try COSEKey(.ed25519(bytes(y))) }
        }
        for (index, y) in (smallOrder + nonCanonical).enumerated() {
            var signed = bytes(y)
            signed[31] |= 0x80
            // Where x is zero there is no sign; elsewhere -P has the order of P.
            let error: COSEKeyError = [2, 3, 4].contains(index) ? .smallOrder : .nonCanonical
            #expect(throws: error) { try COSEKey(.ed25519(signed)) }
        }
    }

    @Test(
        arguments: [
            (-8, COSEAlgorithm.edDSA), (-19, .edDSA), (-7, .es256), (-9, .es256), (-49, .mlDSA65),
            (-48, nil), (-50, nil), (-35, nil), (-36, nil), (-37, nil), (-53, nil), (0, nil),
            (5, nil),
            (.min, nil), (.max, nil),
        ] as [(Int64, COSEAlgorithm?)])
    func everyCodePointMeansWhatTheRegistrySays(codePoint: Int64, algorithm: COSEAlgorithm?) {
        #expect(COSEAlgorithm(codePoint: codePoint) == algorithm)
    }
}
