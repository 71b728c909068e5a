import Foundation
import Testing
import TestSupport

@Suite struct KeygenTests {
    @Test(arguments: ["ed25519", "es256"])
    func aPrivateKeyIsForItsOwnerOnly(algorithm: String) async throws {
        let shop = try await Workshop()
        let made = try await shop.colophon("keygen", "--out", "a.pem", "--alg", algorithm)
        #expect(made.status == 0)
        #expect(try shop.permissions("a.pem") == 0o600)
        let (key, open) = (try shop.bytes("a.pem"), try shop.bytes("a.pub.pem"))
        #expect(key.starts(with: "-----BEGIN PRIVATE KEY-----".utf8))
        #expect(open.starts(with: "-----BEGIN PUBLIC KEY-----".utf8))
    }

    @Test(arguments: ["a.pem", "a.pub.pem"])
    func whatIsThereIsNeverOverwritten(name: String) async throws {
        let shop = try await Workshop()
        try shop.write("mine", to: name)
        let made = try await shop.colophon("keygen", "--out", "a.pem")
        #expect(made.status == 2)
        #expect(made.words.contains("colophon: \(name): "))
        #expect(try shop.bytes(name) == Array("mine".utf8))
        #expect(try !shop.exists(name == "a.pem" ? "a.pub.pem" : "a.pem"))
    }
}
