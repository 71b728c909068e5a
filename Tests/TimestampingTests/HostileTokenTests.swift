import Merkle
import TestSupport
import Testing
import Timestamping

/// Tokens that somebody has changed or made up.
@Suite struct HostileTokenTests {
    private typealias Tokens = TokenCheckTests

    private static func isMalformed(_ refusal: TimestampRefusal?) -> Bool {
        if case .malformed = refusal { true } else { false }
    }

    /// What no signature covers may change, as the order of certificates; what is said may not.
    ///
    /// Of an RSA token, twice as long, every fifth bit is enough.
    @Test(arguments: [(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], 1), (["rsa:2048"], 5)])
    func noFlippedBitSaysSomethingElse(key: [String], step: Int) async throws {
        let authority = try await TestAuthority { $0.key = key }
        let token = try await authority.token(of: TestInfo(Tokens.digest).bytes)
        let authorities = try TimestampAuthorities(pem: authority.root())
        let good = try TimestampToken(token).check(
            digest: Tokens.digest, by: authorities, now: Tokens.now)
        var held = 0
        for bit in stride(from: 0, to: 8 * token.count, by: step) {
            var changed = token
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let checked = try? TimestampToken(changed).check(
                digest: Tokens.digest, by: authorities, now: Tokens.now)
            guard let checked else { continue }
            held += 1
            #expect(checked.bound == good.bound && checked.authority == good.authority)
            #expect(checked.policy == good.policy && checked.serial == good.serial)
            #expect(checked.certificateExpires == good.certificateExpires)
        }
        // Versions, the name of the signature's algorithm, and the case of names: that is all.
        #expect(held < 120)
    }

    @Test func aTokenThatIsCutOffOrFollowedByMoreIsRefused() async throws {
        let authority = try await TestAuthority()
        let token = try await authority.token(of: TestInfo(Tokens.digest).bytes)
        let root = try authority.root()
        for count in token.indices {
            #expect(Self.isMalformed(try Tokens.refusal(Array(token[..<count]), root)))
        }
        #expect(try Tokens.refusal(token + [0x30, 0], root) == .trailingBytes)
        let large = token + Array(repeating: 0, count: 64 * 1024)
        #expect(try Tokens.refusal(large, root) == .tooLarge(byteCount: large.count))
    }

    @Test func aTokenAboutAnotherDigestOrHashIsRefused() async throws {
        let authority = try await TestAuthority()
        let root = try authority.root()
        let other = try await authority.token(of: TestInfo(.sha256([])).bytes)
        #expect(try Tokens.refusal(other, root) == .otherDigest)
        var info = TestInfo(Tokens.digest)
        // SHA-512/256, of as many bytes.
        info.algorithm[8] = 6
        let otherHash = try await authority.token(of: info.bytes)
        #expect(try Tokens.refusal(otherHash, root) == .otherDigest)
        info = TestInfo(Tokens.digest)
        info.digest.removeLast()
        let short = try await authority.token(of: info.bytes)
        #expect(try Tokens.refusal(short, root) == .otherDigest)
        // Nobody vouches for it, and yet it is about something else: the plainer word is given.
        let stranger = try await TestAuthority()
        #expect(try Tokens.refusal(other, stranger.root()) == .otherDigest)
    }

    @Test func whatATokenMustNotSayIsRefusedByName() async throws {
        let authority = try await TestAuthority()
        let root = try authority.root()
        func refusal(_ change: (inout TestInfo) -> Void) async throws -> TimestampRefusal? {
            var info = TestInfo(Tokens.digest)
            change(&info)
            return try Tokens.refusal(try await authority.token(of: info.bytes), root)
        }
        #expect(try await refusal { $0.isExtended = true } == .unsupported("a critical extension"))
        #expect(try await refusal { $0.version = [2] } == .unsupported("its version"))
        let accuracies: [[DERNode]] = [
            [.primitive(0x02, [0xff])], [.primitive(0x80, [0x03, 0xe8])],
            [.primitive(0x81, [0x03, 0xe8])], [.primitive(0x02, [0x01, 0x51, 0x81])],
            [.primitive(0x02, Array(repeating: 1, count: 9))],
        ]
        for accuracy in accuracies {
            #expect(
                try await refusal { $0.accuracy = accuracy }
                    == .malformed("its accuracy is out of range"))
        }
        #expect(
            try await refusal { $0.serial = Array(repeating: 1, count: 65) }
                == .malformed("its number is too long"))
        #expect(
            try await refusal { $0.policy = [0x2a] + Array(repeating: 0x7f, count: 60) }
                == .malformed("its policy is too long"))
        #expect(try await refusal { $0.end = [5, 0] } == .malformed("bytes follow what it says"))
    }

    @Test(arguments: [
        "20260301120000", "202603011200Z", "20260301120000.Z", "20260301120000.10Z",
        "20260301120000+0000", "20260230120000Z", "20260301126000Z", "19690301120000Z",
        "20260301120000,5Z", "2026030112000 Z", "20261301120000Z", "20260301240000Z",
        "20260301120000.1234567890123456789Z",
    ])
    func aTimeThatIsSpelledInAnotherWayIsRefused(time: String) async throws {
        let authority = try await TestAuthority()
        var info = TestInfo(Tokens.digest)
        info.time = time
        let token = try await authority.token(of: info.bytes)
        #expect(Self.isMalformed(try Tokens.refusal(token, authority.root())))
    }

    @Test func theSignatureNamesItsCertificateAndTheTypeOfTheContent() async throws {
        let authority = try await TestAuthority()
        let root = try authority.root()
        let info = TestInfo(Tokens.digest).bytes
        let unnamed = try await authority.token(of: info, [])
        #expect(try Tokens.refusal(unnamed, root) == .otherCertificate)
        let without = try await authority.token(of: info, ["-cades", "-nocerts"])
        #expect(
            try Tokens.refusal(without, root)
                == .malformed("the certificate of its signer is not in it"))
        // A signature over something else that happens to read as a time.
        let data = try await authority.token(of: info, type: "1.2.3.4")
        #expect(
            try Tokens.refusal(data, root)
                == .malformed("it is no signed message about a time"))
        let type = DERNode.primitive(
            0x06, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04])
        let relabelled = try DERNode(data).changing([1, 0, 2, 0]) { _ in [type] }
        #expect(
            try Tokens.refusal(relabelled.bytes, root)
                == .malformed("its signature is over another type of content"))
    }

    @Test func signaturesAndCertificatesAreCounted() async throws {
        let authority = try await TestAuthority()
        let root = try authority.root()
        let token = try DERNode(try await authority.token(of: TestInfo(Tokens.digest).bytes))
        let two = try token.changing([1, 0, 4]) { set in
            [.constructed(0x31, set.nodes + set.nodes)]
        }
        let none = try token.changing([1, 0, 4]) { _ in [.constructed(0x31, [])] }
        for changed in [two, none] {
            #expect(
                try Tokens.refusal(changed.bytes, root)
                    == .malformed("it must have exactly one signature"))
        }
        let many = try token.changing([1, 0, 3]) { set in
            [.constructed(0xa0, (0..<17).flatMap { _ in set.nodes })]
        }
        #expect(
            try Tokens.refusal(many.bytes, root)
                == .malformed("it has more than 16 certificates"))
    }

    /// Each would cost a reader without limits its stack or its time.
    @Test func whatIsDeepOrManyOrNotDERIsRefused() async throws {
        let root = try await TestAuthority().root()
        var deep: [UInt8] = []
        for _ in 0..<30 { deep = DERNode.element(0x30, deep) }
        let many = DERNode.element(0x30, Array(repeating: [5, 0], count: 9_000).flatMap { $0 })
        for bytes in [deep, many] {
            #expect(
                try Tokens.refusal(bytes, root)
                    == .malformed("it has too many elements, or too deep ones"))
        }
        for bytes: [UInt8] in [
            [], [0x30], [0x30, 2, 5, 0], [0x30, 0x80, 0, 0], [0x30, 0x81, 2, 5, 0],
            [0x30, 0x82, 0, 2, 5, 0],
            [0x30, 0x84, 0, 0, 0, 2, 5, 0], [0x3f, 2, 5, 0], [0x30, 2, 0, 0], [0x24, 2, 4, 0],
            [0x30, 2, 0x10, 0], [0x30, 3, 5, 1, 0], [0x30, 0], [5, 0],
        ] {
            #expect(Self.isMalformed(try Tokens.refusal(bytes, root)), "\(bytes)")
        }
    }

    /// To libcrypto it is the same with and without the bit that says what is in it.
    @Test func certificatesDoNotHideFromTheLimits() async throws {
        let authority = try await TestAuthority()
        let token = try DERNode(try await authority.token(of: TestInfo(Tokens.digest).bytes))
        let hidden = try token.changing([1, 0, 3]) { set in
            [.primitive(0x80, set.nodes.flatMap(\.bytes))]
        }
        #expect(
            try Tokens.refusal(hidden.bytes, authority.root())
                == .malformed("it is no signed message"))
    }
}
