import Crypto
import Encoding
import TestSupport
import Testing

/// Wycheproof holds (r, s) and (r, n - s) for equally valid; our rule admits the lower s only.
@Suite(.needsVectors) struct ES256VectorTests {
    private struct Key {
        var key: VerificationKey
        var lenient: P256.Signing.PublicKey

        init(_ uncompressed: String?) throws {
            let point = bytes(uncompressed ?? "")
            let material = COSEKey.Material.p256(x: Array(point[1..<33]), y: Array(point[33...]))
            key = try COSEKey(material).verificationKey()
            lenient = try P256.Signing.PublicKey(x963Representation: point)
        }

        /// What the library says, which admits both values of s.
        func admits(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
            guard let pair = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
                return false
            }
            return lenient.isValidSignature(pair, for: message)
        }
    }

    /// Returns nil for an accepted signature.
    private func reason(
        _ key: VerificationKey, _ signature: [UInt8], _ message: [UInt8]
    ) -> SignatureError? {
        do {
            try key.check(signature: signature, for: message)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("ecdsa_secp256r1_sha256_p1363_test", false), ("ecdsa_secp256r1_sha256_test", true),
    ])
    func everyWycheproofSignatureIsJudgedAsStatedWithTheLowerS(file: String, isDER: Bool) throws {
        let content: Wycheproof = try Vectors.one(at: "wycheproof/\(file).json")
        var verdicts = (valid: 0, high: 0, invalid: 0)
        for group in content.testGroups {
            let key = try Key(group.publicKey.uncompressed)
            for test in group.tests {
                let message = bytes(test.msg)
                let stated = test.result == "valid"
                guard let signature = isDER ? p1363(bytes(test.sig)) : bytes(test.sig) else {
                    #expect(!stated, "\(test.tcId): \(test.comment)")
                    verdicts.invalid += 1
                    continue
                }
                switch reason(key.key, signature, message) {
                case nil:
                    #expect(stated, "\(test.tcId): \(test.comment)")
                    verdicts.valid += 1
                case .highS:
                    // Nothing but the size of s stood against it.
                    #expect(stated == key.admits(signature, message), "\(test.tcId)")
                    verdicts.high += stated ? 1 : 0
                default:
                    #expect(!stated, "\(test.tcId): \(test.comment)")
                    verdicts.invalid += 1
                }
            }
        }
        #expect(verdicts.valid > 50 && verdicts.high > 50 && verdicts.invalid > 15, "\(verdicts)")
    }

    /// Returns r || s of a strict DER signature: SEQUENCE { INTEGER r, INTEGER s } (X.690 §10).
    private func p1363(_ der: [UInt8]) -> [UInt8]? {
        var rest = der[...]
        guard var pair = value(0x30, &rest), rest.isEmpty,
            let r = value(0x02, &pair).flatMap(unsigned),
            let s = value(0x02, &pair).flatMap(unsigned), pair.isEmpty
        else { return nil }
        return r + s
    }

    private func value(_ tag: UInt8, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        // Two integers of 33 bytes fit in 127, so no length has a second form here.
        guard rest.popFirst() == tag, let length = rest.popFirst(), length < 0x80,
            rest.count >= Int(length)
        else { return nil }
        defer { rest.removeFirst(Int(length)) }
        return rest.prefix(Int(length))
    }

    /// Returns an integer that is not negative and has no needless zero, in 32 bytes.
    private func unsigned(_ content: ArraySlice<UInt8>) -> [UInt8]? {
        guard let first = content.first, first < 0x80 else { return nil }
        if first == 0, content.count > 1, content[content.startIndex + 1] < 0x80 { return nil }
        let digits = content.drop { $0 == 0 }
        guard digits.count <= 32 else { return nil }
        return Array(repeating: 0, count: 32 - digits.count) + digits
    }

    @Test(
        arguments: [
            (0, 1), (1, 0), (0, 0),
        ] as [(UInt8, UInt8)])
    func aZeroIsNoScalar(r: UInt8, s: UInt8) throws {
        let content: Wycheproof = try Vectors.one(
            at: "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json")
        let key = try Key(content.testGroups.first?.publicKey.uncompressed).key
        let zeros = [UInt8](repeating: 0, count: 31)
        #expect(throws: SignatureError.nonCanonical) {
            try key.check(signature: zeros + [r] + zeros + [s], for: [])
        }
    }
}
