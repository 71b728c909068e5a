import TestSupport
import Testing
import Timestamping

@Suite struct TimestampAuthoritiesTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func refusal(_ text: String) -> AuthoritiesError? {
        do {
            _ = try TimestampAuthorities(pem: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func aFileOfCertificatesIsReadHoweverItsLinesEnd() async throws {
        let authority = try await TestAuthority { $0.hasIntermediate = true }
        let root = Self.text(try authority.root())
        let middle = Self.text(try authority.folder.bytes("middle.pem"))
        let both = try TimestampAuthorities(pem: Array((root + middle).utf8))
        #expect(both.names == ["root One", "middle One"])
        #expect(Self.text(both.pem) == root + middle)
        let other = "\u{FEFF}# the first\n" + root + "\nthe second:\n" + middle
        for variant in [other, other.replacing("\n", with: "\r\n")] {
            #expect(try TimestampAuthorities(pem: Array(variant.utf8)) == both)
        }
        #expect(try TimestampAuthorities(pem: Array(root.utf8)) != both)
    }

    @Test func whatIsNoFileOfAuthoritiesIsRefusedByName() async throws {
        let authority = try await TestAuthority()
        let root = Self.text(try authority.root())
        let signer = Self.text(try authority.folder.bytes("signer.pem"))
        let key = Self.text(try authority.folder.bytes("root.key"))
        let request = Self.text(try authority.folder.bytes("root.csr"))
        #expect(Self.refusal("") == .empty)
        #expect(Self.refusal("no certificate") == .empty)
        #expect(Self.refusal(root + key) == .privateKey)
        #expect(
            Self.refusal(key.replacing("PRIVATE KEY", with: "EC PRIVATE KEY")) == .privateKey)
        #expect(Self.refusal(root + request) == .otherBlock(label: "CERTIFICATE REQUEST"))
        #expect(Self.refusal(root + signer) == .noAuthority(number: 2, name: "signer One"))
        #expect(Self.refusal(root + root) == .twice(number: 2, name: "root One"))
        #expect(Self.refusal(root + root.dropLast(40)) == .damaged(number: 2))
        #expect(Self.refusal(root.replacing("-----BEGIN", with: "*****")) == .empty)
        var lines = root.split(separator: "\n")
        lines.swapAt(1, 2)
        #expect(Self.refusal(lines.joined(separator: "\n") + "\n") == .damaged(number: 1))
    }

    @Test func bytesAndCertificatesHaveALimit() async throws {
        let authority = try await TestAuthority()
        let root = Self.text(try authority.root())
        #expect(Self.refusal(String(repeating: root, count: 65)) == .tooMany)
        let large = String(repeating: "\n", count: 256 * 1024) + root
        #expect(Self.refusal(large) == .tooLarge(byteCount: large.utf8.count))
    }
}
