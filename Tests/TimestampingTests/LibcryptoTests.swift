import CLibcrypto
import Merkle
import TestSupport
import Testing
import Timestamping

/// What the C library keeps for each thread.
@Suite struct LibcryptoTests {
    private typealias Tokens = TokenCheckTests

    @Test func theVersionIsTheOneThatOpensslNames() async throws {
        let words = try await Program.run("openssl", ["version"])
        #expect(words.output.contains("Library: OpenSSL \(Libcrypto.version)"), "\(words.output)")
        #expect(Libcrypto.isSound)
    }

    /// The first that is sound is 3.0.19.
    @Test(
        arguments: [
            (0x3000_0120, false), (0x3000_0000, false), (0x1010_1170, false), (0x3000_0130, true),
            (0x3050_0040, true),
        ] as [(UInt, Bool)])
    func aVersionBelowTheFirstSoundOneIsNot(number: UInt, isSound: Bool) {
        #expect(Libcrypto.isSound(number) == isSound)
    }

    /// What stood in the queue would be taken for the next failure, of whoever fails.
    @Test func noRefusalLeavesAnError() async throws {
        let authority = try await TestAuthority()
        let stranger = try await TestAuthority()
        let root = try authority.root()
        let good = try await authority.token(of: TestInfo(Tokens.digest).bytes)
        let certificate = try await authority.token(of: TestInfo(Tokens.digest).bytes, [])
        let unsigned = try await authority.token(of: [5, 0])
        var broken = good
        broken[broken.count - 1] ^= 1
        for (token, trusted) in [
            (good, root), (broken, root), (good, try stranger.root()), (certificate, root),
            (unsigned, root),
        ] {
            _ = try Tokens.refusal(token, trusted)
            #expect(ERR_peek_error() == 0)
        }
        for pem in [root + Array("-----BEGIN CERTIFICATE-----\n!\n".utf8), Array("no".utf8)] {
            #expect(throws: AuthoritiesError.self) { try TimestampAuthorities(pem: pem) }
            #expect(ERR_peek_error() == 0)
        }
    }

    @Test func anErrorOfSomebodyElseChangesNothing() async throws {
        let authority = try await TestAuthority()
        let root = try authority.root()
        var token = try await authority.token(of: TestInfo(Tokens.digest).bytes)
        unsafe ASN1_OBJECT_free(OBJ_txt2obj("no identifier", 1))
        #expect(ERR_peek_error() != 0)
        #expect(try Tokens.refusal(token, root) == nil)
        token[token.count - 1] ^= 1
        #expect(try Tokens.refusal(token, root) == .signature)
    }
}
