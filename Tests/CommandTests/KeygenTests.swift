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

    /// What a witness's operator gives to others is one line, and can be had again.
    @Test func aWitnessIsToldItsVerifierKey() async throws {
        let shop = try await Workshop()
        let made = try await shop.colophon(
            "keygen", "--witness", "witness.example/east", "--out", "w.pem")
        #expect(made.status == 0, "\(made.words)")
        // Type 0x04 and 32 bytes: base64 of 33 bytes that begins with "B".
        let form = /witness\.example\/east\+[0-9a-f]{8}\+B[A-Za-z0-9+\/]{43}\n/
        #expect(made.output.wholeMatch(of: form) != nil, "\(made.output)")
        #expect(try shop.permissions("w.pem") == 0o600)
        let again = try await shop.colophon(
            "keygen", "--witness", "witness.example/east", "--key", "w.pem")
        #expect(again.status == 0 && again.output == made.output, "\(again.words)")
        let other = try await shop.colophon(
            "keygen", "--witness", "witness.example/west", "--key", "w.pem", "--json")
        #expect(other.objects.first?["vkey"] as? String != nil)
        let policy = "witness east \(made.output)quorum east\n"
        try shop.write("log \(made.output)" + policy, to: "policy")
        let judged = try await shop.colophon("verify-misbehaviour", "x", "--policy", "policy")
        #expect(judged.words.contains("a log has the key of a witness"), "\(judged.words)")
    }

    @Test func aWitnessNeedsNoNameForItsFile() async throws {
        let shop = try await Workshop()
        let made = try await shop.colophon("keygen", "--witness", "w.example")
        #expect(made.status == 0 && made.words.contains("made witness.pem"), "\(made.words)")
        #expect(try shop.exists("witness.pem") && shop.exists("witness.pub.pem"))
    }

    @Test(arguments: ["a b", "a+b", "a\u{A0}b", "https://w.example", "a\tb"])
    func aNameThatCanStandInNoNoteIsRefused(name: String) async throws {
        let shop = try await Workshop()
        let made = try await shop.colophon("keygen", "--witness=\(name)", "--out", "w.pem")
        #expect(made.status == 2 && made.words.contains("--witness: "), "\(made.words)")
        #expect(try !shop.exists("w.pem"))
    }

    @Test(arguments: [
        ["--key", "berlin.pem"], ["--witness", "w", "--key", "berlin.pem", "--out", "w.pem"],
        ["--witness", "w", "--alg", "es256"], ["--witness", "w", "--key", "berlin.pub.pem"], [],
    ])
    func whatDoesNotGoTogetherMakesNoKey(arguments: [String]) async throws {
        let shop = try await Workshop()
        let made = try await Program.run("colophon", ["keygen"] + arguments, in: shop.folder)
        #expect(made.status == 2, "\(made.words)")
        #expect(try !shop.exists("w.pem") && !shop.exists("witness.pem"))
    }
}
