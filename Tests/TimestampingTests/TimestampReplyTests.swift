import Foundation
import Merkle
import TestSupport
import Testing
import Timestamping

@Suite struct TimestampReplyTests {
    private static let digest = Hash.sha256(Array("a head".utf8))
    private static let query = TimestampQuery(digest: digest, nonce: 0xfedc_ba98_7654_3210)

    private static var now: UInt64 { UInt64(Date().timeIntervalSince1970) }

    private static func refusal(
        of reply: [UInt8], _ authority: TestAuthority, now: UInt64 = now
    ) throws -> TimestampRefusal? {
        let authorities = try TimestampAuthorities(pem: authority.root())
        do {
            _ = try query.check(reply: reply, by: authorities, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], ["rsa:2048"]])
    func aGoodAnswerSaysByWhenTheDigestExisted(key: [String]) async throws {
        let authority = try await TestAuthority { $0.key = key }
        let authorities = try TimestampAuthorities(pem: authority.root())
        let before = Self.now
        let reply = try await authority.reply(to: Self.query.bytes)
        let checked = try Self.query.check(reply: reply, by: authorities, now: Self.now)
        #expect((before...Self.now).contains(checked.time))
        // 1.5 s of accuracy, rounded up.
        #expect((checked.time + 2...checked.time + 3).contains(checked.bound))
        #expect(checked.authority == "signer One")
        #expect(checked.policy == "1.3.6.1.4.1.99999.1")
        #expect(checked.serial == "02")
        #expect(checked.certificateExpires == 2_493_072_000)
        // What is kept is the end of the answer, and holds by itself.
        #expect(reply.suffix(checked.token.bytes.count) == checked.token.bytes[...])
        let kept = try TimestampToken(checked.token.bytes)
        #expect(try kept.check(digest: Self.digest, by: authorities, now: Self.now) == checked)
    }

    @Test func theAnswerToAnotherQuestionIsRefused() async throws {
        let authority = try await TestAuthority()
        let otherNonce = TimestampQuery(digest: Self.digest, nonce: 1)
        let replayed = try await authority.reply(to: otherNonce.bytes)
        #expect(try Self.refusal(of: replayed, authority) == .otherNonce)
        let without = try DERNode(otherNonce.bytes).changing([2]) { _ in [] }
        let anybodys = try await authority.reply(to: without.bytes)
        #expect(try Self.refusal(of: anybodys, authority) == .otherNonce)
        let other = TimestampQuery(digest: .sha256([]), nonce: Self.query.nonce)
        let elsewhere = try await authority.reply(to: other.bytes)
        #expect(try Self.refusal(of: elsewhere, authority) == .otherDigest)
    }

    @Test func anAnswerOfAnotherAuthorityIsRefused() async throws {
        let authority = try await TestAuthority()
        // Of the same names, with another key.
        let stranger = try await TestAuthority()
        let reply = try await stranger.reply(to: Self.query.bytes)
        #expect(try Self.refusal(of: reply, authority) == .untrusted("signer One"))
    }

    @Test func aRejectionIsToldInTheAuthoritysWords() async throws {
        let authority = try await TestAuthority { $0.digests = "sha512" }
        let reply = try await authority.reply(to: Self.query.bytes)
        let refusal = try Self.refusal(of: reply, authority)
        let words = "Message digest algorithm is not supported., badAlg"
        #expect(refusal == .rejected(status: 2, words: words))
    }

    /// Status 3 is a promise to answer later, which nobody takes; texts have a limit.
    @Test func everyOtherStatusIsNoToken() async throws {
        let authority = try await TestAuthority()
        // To Swift, a letter with a thousand accents is one character.
        let long = "e" + String(repeating: "\u{301}", count: 1_000)
        for (status, text) in [(3, "later"), (4, ""), (9, long)] {
            let info: [DERNode] =
                [.primitive(0x02, [UInt8(status)])]
                + (text.isEmpty ? [] : [.constructed(0x30, [.primitive(0x0c, Array(text.utf8))])])
            let reply = DERNode.constructed(0x30, [.constructed(0x30, info)]).bytes
            let words = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
            #expect(
                try Self.refusal(of: reply, authority) == .rejected(status: status, words: words))
        }
        let granted = DERNode.constructed(0x30, [.constructed(0x30, [.primitive(0x02, [0])])])
        #expect(
            try Self.refusal(of: granted.bytes, authority)
                == .malformed("the answer grants a token and has none"))
    }

    @Test func anAnswerThatIsCutOffOrTooLongIsRefused() async throws {
        let authority = try await TestAuthority()
        let reply = try await authority.reply(to: Self.query.bytes)
        #expect(try Self.refusal(of: reply, authority) == nil)
        for count in reply.indices {
            guard case .malformed = try Self.refusal(of: Array(reply[..<count]), authority) else {
                Issue.record("\(count) bytes of \(reply.count) are an answer")
                continue
            }
        }
        #expect(try Self.refusal(of: reply + [0], authority) == .trailingBytes)
        let large = reply + Array(repeating: 0, count: 1 << 20)
        #expect(try Self.refusal(of: large, authority) == .tooLarge(byteCount: large.count))
        for text in ["", "<html>no such page</html>", "{}"] {
            guard case .malformed = try Self.refusal(of: Array(text.utf8), authority) else {
                Issue.record("\(text) is an answer")
                continue
            }
        }
    }

    @Test func theTimeOfAnAnswerIsAboutNow() async throws {
        let authority = try await TestAuthority()
        let authorities = try TimestampAuthorities(pem: authority.root())
        let reply = try await authority.reply(to: Self.query.bytes)
        let time = try Self.query.check(reply: reply, by: authorities, now: Self.now).time
        #expect(try Self.refusal(of: reply, authority, now: time - 60) == nil)
        #expect(try Self.refusal(of: reply, authority, now: time - 61) == .ahead(seconds: 61))
        #expect(try Self.refusal(of: reply, authority, now: time + 300) == nil)
        #expect(try Self.refusal(of: reply, authority, now: time + 301) == .behind(seconds: 301))
    }
}
