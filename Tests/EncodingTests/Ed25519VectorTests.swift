import Encoding
import TestSupport
import Testing

@Suite(.needsVectors) struct Ed25519VectorTests {
    private struct Vector: Decodable {
        var number: Int
        var key: String
        var sig: String
        var msg: String
        var flags: [String]?
    }

    /// CCTV's vectors all satisfy the cofactored equation over points read leniently; each flag
    /// names one thing that a stricter verifier may refuse.
    ///
    /// Refused here: `low_order_A`, `low_order_R` (8·A or 8·R is neutral), `non_canonical_A`,
    /// `non_canonical_R` (y >= p, or a sign without x) and `low_order_residue` (the equation holds
    /// only with the cofactor). `reencoded_k` follows from the non-canonical ones. Accepted:
    /// `low_order_component_A` and `low_order_component_R` alone, points of mixed order: RFC 8032
    /// admits them, and nobody who lacks the private key can make use of them.
    private static let refused: Set<String> = [
        "low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue",
        "reencoded_k",
    ]

    @Test func everyEdgeCaseIsJudgedByTheStrictRule() throws {
        let vectors: [Vector] = try Vectors.one(at: "cctv-ed25519/ed25519vectors.json")
        #expect(vectors.count == 914)
        var accepted = 0
        for vector in vectors {
            let flags = Set(vector.flags ?? [])
            let verdict = verdict(vector)
            let isAccepted = verdict == .accepted
            #expect(isAccepted == flags.isDisjoint(with: Self.refused), "\(vector.number)")
            accepted += isAccepted ? 1 : 0
            switch verdict {
            case .accepted, .signature(.mismatch): break
            case .key(.nonCanonical): #expect(flags.contains("non_canonical_A"))
            case .key(.smallOrder): #expect(flags.contains("low_order_A"))
            case .signature(.nonCanonical): #expect(flags.contains("non_canonical_R"))
            case .signature(.smallOrder): #expect(flags.contains("low_order_R"))
            default: Issue.record("\(vector.number): \(verdict)")
            }
        }
        #expect(accepted > 20)
    }

    /// No vector with a point of small order or in a second form may be refused by luck, because
    /// the equation happens not to hold: the rule itself must name it.
    @Test func smallOrderAndSecondFormsAreRefusedByName() throws {
        let named: Set<String> = [
            "low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R",
        ]
        let vectors: [Vector] = try Vectors.one(at: "cctv-ed25519/ed25519vectors.json")
        for vector in vectors where !named.isDisjoint(with: vector.flags ?? []) {
            #expect(verdict(vector) != .signature(.mismatch), "\(vector.number)")
        }
    }

    private enum Verdict: Hashable {
        case accepted
        case key(COSEKeyError)
        case signature(SignatureError)
    }

    private func verdict(_ vector: Vector) -> Verdict {
        let key: VerificationKey
        do throws(COSEKeyError) {
            key = try COSEKey(.ed25519(bytes(vector.key))).verificationKey()
        } catch {
            return .key(error)
        }
        do throws(SignatureError) {
            try key.check(signature: bytes(vector.sig), for: Array(vector.msg.utf8))
            return .accepted
        } catch {
            return .signature(error)
        }
    }

    @Test func everyWycheproofSignatureIsJudgedAsStated() throws {
        let file: Wycheproof = try Vectors.one(at: "wycheproof/ed25519_test.json")
        var judged = 0
        for group in file.testGroups {
            let key = try COSEKey(.ed25519(bytes(group.publicKey.pk ?? ""))).verificationKey()
            for test in group.tests {
                let isValid = key.isValid(signature: bytes(test.sig), for: bytes(test.msg))
                #expect(isValid == (test.result == "valid"), "\(test.tcId): \(test.comment)")
                judged += 1
            }
        }
        #expect(judged > 140)
    }

    /// S + L signs the same message in the eyes of a lenient verifier.
    @Test func aScalarOutsideTheGroupIsRefusedByName() throws {
        let file: Wycheproof = try Vectors.one(at: "wycheproof/ed25519_test.json")
        var named = 0
        for group in file.testGroups {
            let key = try COSEKey(.ed25519(bytes(group.publicKey.pk ?? ""))).verificationKey()
            for test in group.tests where test.flags.contains("SignatureMalleability") {
                #expect(throws: SignatureError.nonCanonical) {
                    try key.check(signature: bytes(test.sig), for: bytes(test.msg))
                }
                named += 1
            }
        }
        #expect(named > 5)
    }
}
