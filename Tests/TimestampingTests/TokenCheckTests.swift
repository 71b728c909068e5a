import Merkle
import TestSupport
import Testing
import Timestamping

/// Tokens whose content a test chooses, so that its time is fixed.
@Suite struct TokenCheckTests {
    static let digest = Hash.sha256(Array("a head".utf8))

    /// A time after all tokens here.
    static let now: UInt64 = 1_900_000_000

    static func check(
        _ token: [UInt8], _ authorities: [UInt8], now: UInt64 = now
    ) throws -> Result<CheckedToken, TimestampRefusal> {
        let authorities = try TimestampAuthorities(pem: authorities)
        return Result { () throws(TimestampRefusal) in
            try TimestampToken(token).check(digest: digest, by: authorities, now: now)
        }
    }

    static func refusal(
        _ token: [UInt8], _ authorities: [UInt8], now: UInt64 = now
    ) throws -> TimestampRefusal? {
        if case .failure(let refusal) = try check(token, authorities, now: now) { return refusal }
        return nil
    }

    /// Fractions count for the bound, and a leap second is the next one.
    @Test(
        arguments: [
            ("20260301120000Z", nil, 0, 0),
            ("20260301120000Z", [.primitive(0x02, [1]), .primitive(0x80, [1])], 0, 2),
            ("20260301120000Z", [.primitive(0x80, [0x01, 0xf4]), .primitive(0x81, [1])], 0, 1),
            ("20260301120000.001Z", nil, 0, 1),
            ("20260301120000.9Z", [.primitive(0x80, [100])], 0, 1),
            ("20260301120000.9Z", [.primitive(0x80, [100]), .primitive(0x81, [1])], 0, 2),
            ("20260301120000.000000001Z", [.primitive(0x02, [10])], 0, 11),
            ("20260301115960Z", [], 0, 0),
            ("20280229000000Z", nil, 63_028_800, 63_028_800),
        ] as [(String, [DERNode]?, UInt64, UInt64)])
    func theBoundIsTheTimeAndTheAccuracyRoundedUp(
        time: String, accuracy: [DERNode]?, seconds: UInt64, bound: UInt64
    ) async throws {
        let authority = try await TestAuthority()
        var info = TestInfo(Self.digest)
        (info.time, info.accuracy) = (time, accuracy)
        let checked = try Self.check(try await authority.token(of: info.bytes), authority.root())
            .get()
        #expect(checked.time == TestInfo.usualTime + seconds)
        #expect(checked.bound == TestInfo.usualTime + bound)
        #expect(checked.policy == "1.2.3.4" && checked.serial == "05")
    }

    @Test func aCertificateThatHasEndedSinceIsTold() async throws {
        let authority = try await TestAuthority {
            $0.signerTerm = ("20260101000000Z", "20260401000000Z")
        }
        let token = try await authority.token(of: TestInfo(Self.digest).bytes)
        let checked = try Self.check(token, authority.root()).get()
        #expect(checked.certificateExpires == 1_775_001_600)
        #expect(checked.isExpired(at: Self.now))
        #expect(!checked.isExpired(at: 1_775_001_600))
    }

    @Test(arguments: [
        ("20260302000000Z", "20270101000000Z", false),
        ("20250101000000Z", "20260228000000Z", false),
        ("20260302000000Z", "20990101000000Z", true), ("20200101000000Z", "20260228000000Z", true),
    ])
    func aCertificateOutOfItsTermIsRefused(
        start: String, end: String, isOfTheRoot: Bool
    ) async throws {
        let authority = try await TestAuthority {
            if isOfTheRoot { $0.rootTerm = (start, end) } else { $0.signerTerm = (start, end) }
        }
        let token = try await authority.token(of: TestInfo(Self.digest).bytes)
        let words = end < "20260301" ? "certificate has expired" : "certificate is not yet valid"
        let name = isOfTheRoot ? "root One" : "signer One"
        #expect(try Self.refusal(token, authority.root()) == .outOfTerm("\(name): \(words)"))
    }

    /// Not critical; with another purpose beside it; another one alone; none.
    @Test(arguments: [
        "timeStamping", "critical,timeStamping,codeSigning", "critical,serverAuth", "serverAuth",
    ])
    func aCertificateThatIsNotForTimestampsAloneIsRefused(usage: String) async throws {
        let authority = try await TestAuthority { $0.usage = usage }
        let token = try await authority.token(of: TestInfo(Self.digest).bytes)
        #expect(try Self.refusal(token, authority.root()) == .otherPurpose)
    }

    @Test func whatIsWeakIsRefused() async throws {
        let info = TestInfo(Self.digest).bytes
        let authority = try await TestAuthority()
        let sha1 = try await authority.token(of: info, hash: "sha1")
        #expect(try Self.refusal(sha1, authority.root()) == .weak("its hash, SHA-1,"))
        let certified = try await TestAuthority { $0.certificateHash = "sha1" }
        #expect(
            try Self.refusal(try await certified.token(of: info), certified.root())
                == .weak("the hash in the certificate of signer One"))
        let short = try await TestAuthority { $0.key = ["rsa:1024"] }
        #expect(
            try Self.refusal(try await short.token(of: info), short.root())
                == .weak("the key of signer One"))
    }

    @Test func aChainLeadsThroughTheTokenOrThroughWhatIsTrusted() async throws {
        let authority = try await TestAuthority { $0.hasIntermediate = true }
        let info = TestInfo(Self.digest).bytes
        let middle = try authority.folder.bytes("middle.pem")
        let alone = try await authority.token(of: info)
        let chained = try await authority.token(of: info, ["-cades", "-certfile", "middle.pem"])
        #expect(try Self.refusal(chained, authority.root()) == nil)
        #expect(try Self.refusal(alone, authority.root() + middle) == nil)
        // Who trusts the CA in the middle needs no root.
        #expect(try Self.refusal(alone, middle) == nil)
        #expect(try Self.refusal(alone, authority.root()) == .untrusted("signer One"))
    }

    /// OpenSSL's authority writes a SET OF as it comes; the order is nobody's word.
    @Test func bothOrdersOfTheCertificatesAreTaken() async throws {
        let authority = try await TestAuthority()
        let token = try await authority.token(
            of: TestInfo(Self.digest).bytes, ["-cades", "-certfile", "root.pem"])
        let other = try DERNode(token).changing([1, 0, 3]) { set in
            #expect(set.nodes.count == 2)
            return [.constructed(0xa0, set.nodes.reversed())]
        }
        #expect(other.bytes != token)
        for bytes in [token, other.bytes] {
            #expect(try Self.refusal(bytes, authority.root()) == nil)
        }
    }

    @Test func aRootInsideTheTokenIsTrustedByNobody() async throws {
        let stranger = try await TestAuthority { $0.name = "Two" }
        let token = try await stranger.token(
            of: TestInfo(Self.digest).bytes, ["-cades", "-certfile", "root.pem"])
        let authority = try await TestAuthority()
        #expect(try Self.refusal(token, authority.root()) == .untrusted("root Two"))
    }

    @Test func aTokenFromTheFutureIsRefused() async throws {
        let authority = try await TestAuthority()
        let token = try await authority.token(of: TestInfo(Self.digest).bytes)
        let time = TestInfo.usualTime
        #expect(try Self.refusal(token, authority.root(), now: time - 60) == nil)
        #expect(try Self.refusal(token, authority.root(), now: time - 90) == .ahead(seconds: 90))
    }
}
