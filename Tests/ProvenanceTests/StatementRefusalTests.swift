import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// One way to be wrong, and what the refusal must name.
struct StatementFault: Sendable, CustomTestStringConvertible {
    let name: String
    let reason: Refusal.Reason
    let field: String
    let make: @Sendable (inout StatementBytes) throws -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ reason: Refusal.Reason, _ field: String,
        _ make: @escaping @Sendable (inout StatementBytes) throws -> Void
    ) {
        (self.name, self.reason, self.field, self.make) = (name, reason, field, make)
    }

    /// What is wrong with single headers and claims.
    static let headers: [StatementFault] = [
        .init("no alg", .malformed, "protected header") { $0.set(1, nil) },
        .init("alg as text", .algorithm, "alg") { $0.set(1, .text("EdDSA")) },
        .init("unknown alg", .algorithm, "alg") { $0.set(1, .int(-35)) },
        .init("no kid", .malformed, "protected header") { $0.set(4, nil) },
        .init("kid of 31 bytes", .malformed, "kid") {
            $0.set(4, .bytes(.init(repeating: 1, count: 31)))
        },
        .init("crit", .malformed, "protected header") { $0.set(2, .array([.int(15)])) },
        .init("3 beside 258", .malformed, "protected header") {
            $0.set(3, .text("application/vnd.in-toto+json"))
        },
        .init("unknown label", .malformed, "protected header") { $0.set(-65543, .int(0)) },
        .init("a text label", .malformed, "protected header") {
            $0.protected.append((CBOR.text("x").encoded(), [0]))
        },
        .init("no typ", .malformed, "typ") { $0.set(16, nil) },
        .init("typ as bytes", .malformed, "typ") { $0.set(16, .bytes([1])) },
        .init("another typ", .unknownType, "typ") {
            $0.set(16, .text("application/vnd.colophon.statement.v2+cose"))
        },
        .init("typ as a content format", .unknownType, "typ") { $0.set(16, .int(19)) },
        .init("258 of SHA-384", .malformed, "payload-hash-alg") { $0.set(258, .int(-43)) },
        .init("no 258", .malformed, "protected header") { $0.set(258, nil) },
        .init("another 259", .malformed, "preimage content type") {
            $0.set(259, .text("application/json"))
        },
        .init("no subjects", .malformed, "protected header") { $0.set(-65537, nil) },
        .init("no subject", .malformed, "subjects") { $0.set(-65537, .array([])) },
        .init("65 subjects", .malformed, "subjects") {
            $0.set(-65537, .array((0..<65).map { .bytes(Hash.sha256([$0]).bytes) }))
        },
        .init("a subject of 31 bytes", .malformed, "subjects") {
            $0.set(-65537, .array([.bytes(.init(repeating: 0, count: 31))]))
        },
        .init("a subject twice", .malformed, "subjects") {
            $0.set(-65537, .array(.init(repeating: .bytes(Hash.zero.bytes), count: 2)))
        },
        .init("no predicate", .malformed, "protected header") { $0.set(-65539, nil) },
        .init("predicate as bytes", .malformed, "predicate") { $0.set(-65539, .bytes([1])) },
        .init("an empty predicate", .malformed, "predicate") { $0.set(-65539, .text("")) },
        .init("a control predicate", .predicate, "predicate") {
            $0.set(-65539, .text(PredicateType.key))
        },
        .init("a milestone without aud", .audience, "aud") {
            $0.set(-65539, .text(PredicateType.milestone))
        },
        .init("a chain id of 15 bytes", .malformed, "chain.id") {
            $0.set(
                -65538,
                .array([.bytes(.init(repeating: 0, count: 15)), .int(0), .bytes(Hash.zero.bytes)]))
        },
        .init("seq 1 after nothing", .malformed, "chain.prev") {
            $0.set(
                -65538,
                .array([.bytes(.init(repeating: 0, count: 16)), .int(1), .bytes(Hash.zero.bytes)]))
        },
        .init("seq 0 after something", .malformed, "chain.prev") {
            $0.set(
                -65538,
                .array([
                    .bytes(.init(repeating: 0, count: 16)), .int(0), .bytes(Hash.sha256([]).bytes),
                ]))
        },
        .init("seq 2^53", .malformed, "chain.seq") {
            $0.set(
                -65538,
                .array([
                    .bytes(.init(repeating: 0, count: 16)), .unsigned(1 << 53),
                    .bytes(Hash.sha256([]).bytes),
                ]))
        },
        .init("a chain of two", .malformed, "chain") {
            $0.set(-65538, .array([.int(1), .int(0)]))
        },
        .init("a payload of 31 bytes", .malformed, "payload") { $0.payload.removeLast() },
        .init("a payload of 33 bytes", .malformed, "payload") { $0.payload.append(0) },
        .init("an empty payload", .malformed, "payload") { $0.payload = [] },
    ]

    static let claims: [StatementFault] = [
        .init("claims as text", .malformed, "CWT claims") { $0.set(15, .text("x")) },
        .init("an unknown claim", .malformed, "CWT claims") { try $0.setClaim(4, .int(1)) },
        .init("no iss", .malformed, "iss") { try $0.setClaim(1, nil) },
        .init("iss without a scheme", .malformed, "iss") {
            try $0.setClaim(1, .text("pops.example"))
        },
        .init("iss with a space", .malformed, "iss") { try $0.setClaim(1, .text("https://a b")) },
        .init("iss with the Kelvin sign", .malformed, "iss") {
            try $0.setClaim(1, .text("https://\u{212A}"))
        },
        .init("iss of 256", .malformed, "iss") {
            try $0.setClaim(1, .text(Text("a:" + String(repeating: "b", count: 254))))
        },
        .init("an empty sub", .malformed, "sub") { try $0.setClaim(2, .text("")) },
        .init("sub as bytes", .malformed, "sub") { try $0.setClaim(2, .bytes([1])) },
        .init("aud as a list", .malformed, "aud") { try $0.setClaim(3, .array([.text("a")])) },
        .init("no iat", .malformed, "iat") { try $0.setClaim(6, nil) },
        .init("iat before 1970", .malformed, "iat") { try $0.setClaim(6, .int(-1)) },
        .init("iat of 2^53", .malformed, "iat") { try $0.setClaim(6, .unsigned(1 << 53)) },
        .init("cti of 15 bytes", .malformed, "cti") {
            try $0.setClaim(7, .bytes(.init(repeating: 0, count: 15)))
        },
    ]

    /// What is wrong with the encoding, whatever it says.
    static let encodings: [StatementFault] = [
        .init("unsorted keys", .malformed, "statement") { $0.protected.swapAt(0, 1) },
        .init("a duplicate key", .malformed, "statement") {
            $0.protected.insert($0.protected[0], at: 0)
        },
        .init("a key that is announced and missing", .malformed, "statement") {
            $0.announced = $0.protected.count + 1
        },
        .init("a key that is not announced", .malformed, "statement") {
            $0.announced = $0.protected.count - 1
        },
        .init("a non-minimal integer", .malformed, "statement") {
            $0.protected[0].value = [0x38, 7]
        },
        .init("an indefinite map", .malformed, "statement") {
            $0.set(15, nil); $0.protected.append(([0x0F], [0xBF, 0xFF]))
        },
        .init("an indefinite string", .malformed, "statement") {
            $0.protected[1].value = [0x5F, 0x41, 1, 0xFF]
        },
        .init("a float", .malformed, "statement") { $0.protected[0].value = [0xF9, 0, 0] },
        .init("undefined", .malformed, "statement") { $0.protected[0].value = [0xF7] },
        .init("another tag", .malformed, "statement") { $0.protected[0].value = [0xC1, 0] },
        .init("depth 9", .malformed, "statement") {
            $0.protected[0].value = .init(repeating: 0x81, count: 8) + [0]
        },
        .init("an invalid UTF-8 text", .malformed, "statement") {
            $0.protected[0].value = [0x61, 0xFF]
        },
    ]
}

/// Each refusal of statement.md, with its field.
@Suite struct StatementRefusalTests {
    let log: MemoryLedger
    let statement: Statement
    let bytes: StatementBytes

    init() throws {
        var log = try MemoryLedger()
        statement = try log.draft(log.manifest("photo")).sign(with: log.pop)
        bytes = try StatementBytes(statement, log.pop)
        self.log = log
    }

    @Test func whatIsTakenApartCanBePutTogether() throws {
        #expect(try bytes.encoded() == statement.leaf)
        #expect(try Statement(leaf: bytes.encoded()) == statement)
    }

    @Test(arguments: StatementFault.headers + StatementFault.claims + StatementFault.encodings)
    func aFaultIsRefusedByName(_ fault: StatementFault) throws {
        var wrong = bytes
        try fault.make(&wrong)
        let leaf = try wrong.encoded()
        let refused = try #require(refusal { _ = try Statement(leaf: leaf) })
        #expect(refused.reason == fault.reason, "\(refused)")
        #expect(refused.field == fault.field, "\(refused)")
    }

    /// The outermost array, its tag, its end, and the signature's length.
    @Test func theOuterFormIsHeldTo() throws {
        let parts = try bytes.parts()
        let inner = Array(parts.joined())
        let wrong: [(String, [UInt8])] = [
            ("untagged", [0x84] + inner),
            ("tag 17", [0xD1, 0x84] + inner),
            ("tag 18 in two bytes", [0xD8, 18, 0x84] + inner),
            ("tagged twice", [0xD2, 0xD2, 0x84] + inner),
            ("an indefinite array", [0xD2, 0x9F] + inner + [0xFF]),
            ("five parts", [0xD2, 0x85] + inner + [0]),
            ("three parts", [0xD2, 0x83] + parts[..<3].joined()),
            ("trailing bytes", [0xD2, 0x84] + inner + [0]),
            ("cut", [0xD2, 0x84] + inner.dropLast()),
            ("nothing", []),
            ("no payload", [0xD2, 0x84] + parts[0] + parts[1] + [0xF6] + parts[3]),
            (
                "protected as a map",
                [0xD2, 0x84] + bytes.protectedBytes + parts[1] + parts[2] + parts[3]
            ),
            ("a long head", [0xD2, 0x84] + parts[0] + [0xB8, 0] + parts[2] + parts[3]),
            ("no signature", [0xD2, 0x84] + parts[0] + parts[1] + parts[2] + [0x40]),
            (
                "a signature of 63 bytes",
                [0xD2, 0x84] + parts[0] + parts[1] + parts[2] + [0x58, 63]
                    + parts[3].dropFirst(2).dropLast()
            ),
        ]
        for (name, leaf) in wrong {
            #expect(refusal { _ = try Statement(leaf: leaf) }?.reason == .malformed, "\(name)")
        }
        // A signature of the length of another algorithm is not one of this key's.
        let long = [UInt8](repeating: 0, count: 3309)
        let other = [0xD2, 0x84] + parts[0] + parts[1] + parts[2] + CBOR.bytes(long).encoded()
        #expect(refusal { _ = try Statement(leaf: other) }?.field == "signature")
    }

    @Test func aLeafHasAnEmptyUnprotectedHeader() throws {
        var file = bytes
        file.unprotected = CBORMap([(.int(-65540), .bytes([1]))]).encoded()
        let encoded = try file.encoded()
        #expect(refusal { _ = try Statement(leaf: encoded) }?.field == "unprotected header")
        #expect(try TransparentStatement(encoded).statement == statement)
        #expect(try Submission(encoded).statement().leaf == statement.leaf)
    }

    /// A newer version changes a `typ` or a predicate type, and nothing else.
    @Test(
        arguments: [
            ("application/vnd.colophon.statement.v2+cose", false),
            ("application/vnd.colophon.control.v2+cose", true),
            ("application/vnd.colophon.control.v65535+cose", true),
            ("application/vnd.colophon.index.v1+cose", false),
            ("application/vnd.colophon.index-head.v1+cose", false),
        ] as [(Text, Bool)])
    func aNewerTypeIsToldFromAMalformedOne(type: Text, isControl: Bool) throws {
        var newer = bytes
        newer.set(16, .text(type))
        newer.set(-70_000, .int(1))
        let leaf = try newer.encoded()
        let refused = try #require(refusal { _ = try Statement(leaf: leaf) })
        let statement = try #require(NewerStatement(leaf, refused: refused))
        #expect(statement.type == type && statement.isControl == isControl)
    }

    @Test(
        arguments: [
            "application/vnd.colophon.statement.v1", "application/vnd.colophon.statement.v01+cose",
            "application/vnd.colophon.statement.v0+cose", "application/vnd.colophon.v2+cose",
            "application/vnd.colophon.statement.v65536+cose",
            "application/vnd.colophon.a.b.v2+cose", "application/vnd.colophon..v2+cose",
            "application/vnd.colophon.Statement.v2+cose",
            "application/vnd.example.statement.v2+cose",
            "application/vnd.colophon.statement.v+2+cose", "text/plain", "",
        ] as [Text])
    func aTypeOfAnotherFormIsNoNewerOne(type: Text) throws {
        var strange = bytes
        strange.set(16, .text(type))
        let leaf = try strange.encoded()
        let refused = try #require(refusal { _ = try Statement(leaf: leaf) })
        #expect(refused.reason == .unknownType)
        #expect(NewerStatement(leaf, refused: refused) == nil)
    }

    /// `crit` and every other label that a known type does not have is malformed.
    @Test(arguments: [2, 99, -70_000] as [Int64])
    func aLabelThatIsNotKnownIsMalformedAndNotNewer(label: Int64) throws {
        var strange = bytes
        strange.set(label, .array([.int(1)]))
        let leaf = try strange.encoded()
        let refused = try #require(refusal { _ = try Statement(leaf: leaf) })
        #expect(refused.reason == .malformed && NewerStatement(leaf, refused: refused) == nil)
    }

    @Test func anotherTypeIsReadBeforeEveryOtherRule() throws {
        var strange = bytes
        strange.set(16, .text("application/example+cose"))
        strange.set(1, .int(-999))
        strange.set(2, .array([]))
        strange.payload = []
        let leaf = try strange.encoded()
        #expect(refusal { _ = try Statement(leaf: leaf) }?.reason == .unknownType)
        // Yet after the form: trailing bytes are no statement of any type.
        #expect(refusal { _ = try Statement(leaf: leaf + [0]) }?.reason == .malformed)
    }

    @Test func fullySpecifiedAlgorithmsAreRead() throws {
        var read = bytes
        read.set(1, .int(-19))
        let eddsa = try Statement(leaf: read.encoded())
        #expect(eddsa.algorithm == .edDSA)
        try Registry.checkSignature(of: eddsa, by: log.pop.publicKey.verificationKey())
        let key = try log.values.es256("es")
        read.signer = key
        read.set(1, .int(-9))
        read.set(4, .bytes(key.publicKey.thumbprint))
        let ecdsa = try Statement(leaf: read.encoded())
        #expect(ecdsa.algorithm == .es256)
        try Registry.checkSignature(of: ecdsa, by: key.publicKey.verificationKey())
    }

    @Test func theLimitOfAStatementIsExact() throws {
        for (extra, isRefused) in [(0, false), (1, true)] {
            var large = bytes
            let room = Limits.statementBytes - statement.leaf.count
            // A text that grows past 255 and the protected header past that take longer heads.
            let predicate = try #require(try bytes.value(-65539)?.textValue).string
            large.set(
                -65539, .text(Text(predicate + String(repeating: "x", count: room - 1 + extra))))
            let leaf = try large.encoded()
            #expect(leaf.count == Limits.statementBytes + extra)
            #expect((refusal { _ = try Statement(leaf: leaf) }?.reason == .tooLarge) == isRefused)
        }
    }

    @Test func malleableSignaturesAreRefusedByTheirRule() throws {
        let key = try log.values.es256("es")
        var es = bytes
        es.signer = key
        es.set(1, .int(-7))
        es.set(4, .bytes(key.publicKey.thumbprint))
        let good = try Statement(leaf: es.encoded())
        let verification = try key.publicKey.verificationKey()
        try Registry.checkSignature(of: good, by: verification)
        let high = Array(good.leaf.dropLast(32)) + minus(Array(good.signature[32...]), from: order)
        let refused = try #require(
            refusal {
                try Registry.checkSignature(of: Statement(leaf: high), by: verification)
            })
        #expect(refused.reason == .signature)
        #expect(refused.rule.contains("n - s"))
        // Ed25519 with S + L, and with the neutral element as R.
        let scalar = Array(statement.signature[32...])
        let pop = try log.pop.publicKey.verificationKey()
        let larger = Array(statement.leaf.dropLast(32)) + plusL(scalar)
        let neutral =
            Array(statement.leaf.dropLast(64)) + [1] + [UInt8](repeating: 0, count: 31) + scalar
        for (leaf, word) in [(larger, "canonical"), (neutral, "small order")] {
            let refused = refusal {
                try Registry.checkSignature(of: Statement(leaf: leaf), by: pop)
            }
            #expect(refused?.rule.contains(word) == true, "\(word)")
        }
    }

    @Test func smallOrderKeysAreNoKeys() {
        for first in [0, 1] as [UInt8] {
            let point = [first] + [UInt8](repeating: 0, count: 31)
            #expect(throws: COSEKeyError.self) { try COSEKey(.ed25519(point)) }
        }
    }

    @Test func theAlgorithmMustBeTheKeys() throws {
        let key = try log.values.es256("es").publicKey.verificationKey()
        let refused = refusal { try Registry.checkSignature(of: statement, by: key) }
        #expect(refused?.reason == .algorithm)
    }

    private let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25,
        0x51,
    ]

    /// Big-endian `whole - part`.
    private func minus(_ part: [UInt8], from whole: [UInt8]) -> [UInt8] {
        var borrow = 0
        var result = [UInt8](repeating: 0, count: whole.count)
        for position in whole.indices.reversed() {
            let digit = Int(whole[position]) - Int(part[position]) - borrow
            borrow = digit < 0 ? 1 : 0
            result[position] = UInt8(truncatingIfNeeded: digit)
        }
        return result
    }

    /// Little-endian `scalar + L`, the order of Ed25519's group.
    private func plusL(_ scalar: [UInt8]) -> [UInt8] {
        let order: [UInt8] =
            [
                0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9,
                0xDE, 0x14,
            ] + [UInt8](repeating: 0, count: 15) + [0x10]
        var carry = 0
        return zip(scalar, order).map { left, right in
            let digit = Int(left) + Int(right) + carry
            carry = digit >> 8
            return UInt8(truncatingIfNeeded: digit)
        }
    }
}

/// Control statements have their own form (statement.md §7).
@Suite struct StatementControlTests {
    @Test func theFormsOfControlAndEnvelopeDoNotMix() throws {
        var log = try MemoryLedger()
        let control = try log.control(log.adding(log.pop.publicKey))
        let bytes = try StatementBytes(control, log.admin)
        let faults: [(String, (inout StatementBytes) throws -> Void)] = [
            ("protected header", { $0.set(258, .int(-16)) }),
            ("protected header", { $0.set(-65537, .array([])) }),
            ("protected header", { $0.set(-65538, nil) }),
            ("protected header", { $0.set(3, nil) }),
            ("content type", { $0.set(3, .text("application/json")) }),
            ("aud", { try $0.setClaim(3, nil) }),
            ("manifest", { $0.payload.removeLast() }),
            (
                "payload",
                { $0.payload = .init(repeating: 0x20, count: Limits.controlManifestBytes + 1) }
            ),
            (
                "statement",
                { $0.payload = .init(repeating: 0x20, count: Limits.controlStatementBytes) }
            ),
            (
                "payload",
                {
                    $0.set(3, nil); $0.set(16, .text("application/vnd.colophon.statement.v1+cose"));
                    $0.set(258, .int(-16)); $0.set(259, .text("application/vnd.in-toto+json"))
                    $0.set(-65537, .array([.bytes(Hash.zero.bytes)]));
                    $0.set(-65539, .text(PredicateType.key))
                }
            ),
            ("predicateType", { $0.payload = try log.manifest("photo").bytes }),
        ]
        for (field, fault) in faults {
            var wrong = bytes
            try fault(&wrong)
            let leaf = try wrong.encoded()
            #expect(refusal { _ = try Statement(leaf: leaf) }?.field == field)
        }
        var file = bytes
        file.unprotected = CBORMap([(.int(-65540), .bytes([1]))]).encoded()
        let encoded = try file.encoded()
        #expect(refusal { _ = try TransparentStatement(encoded) }?.field == "manifest")
    }

    /// Signing makes what reading accepts, and refuses what reading would.
    @Test func aDraftThatBreaksARuleIsNotSigned() throws {
        var log = try MemoryLedger()
        var draft = try log.draft(log.manifest("photo"))
        draft.issuer = MemoryLedger.rome
        #expect(refusal { _ = try draft.sign(with: log.pop) }?.field == "predicate.pop")
        draft = try log.draft(log.manifest("photo"))
        draft.claimID = [1]
        #expect(refusal { _ = try draft.sign(with: log.pop) }?.field == "cti")
        let edition: JSON = ["drop": "https://drops.example/7", "serial": 7, "total": 50]
        draft = try log.draft(log.manifest("print", [("edition", edition)]))
        #expect(refusal { _ = try draft.sign(with: log.pop) }?.field == "sub")
        draft.subject = "https://drops.example/7#7"
        #expect(try draft.sign(with: log.pop).subject == draft.subject)
    }
}
