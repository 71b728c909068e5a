import Foundation
import Testing
import TestSupport

/// TLS as whoever runs the ledger, and whoever submits to it, sees it.
@Suite(.serialized) struct SecureServerTests {
    private static let flags = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"]

    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    private func makeCertificate(_ prefix: String = "") async throws {
        try await shop.makeCertificate(prefix, for: ["DNS:localhost"])
    }

    /// Asks for the newest checkpoint and returns curl's exit code: 60 where it does not trust.
    private func fetch(_ address: String, trusting file: String) async throws -> Int32 {
        try await Program.run(
            "curl", ["--silent", "--fail", "--cacert", file, "\(address)/checkpoint"],
            in: shop.folder
        ).status
    }

    /// The ledger's address by the name that the certificates have.
    private func address(_ ledger: LedgerProcess) throws -> String {
        let port = try #require(URL(string: ledger.address)?.port)
        #expect(ledger.address == "https://127.0.0.1:\(port)")
        return "https://localhost:\(port)"
    }

    @Test func aRecordIsSubmittedWhereThePrivateAuthorityIsTrusted() async throws {
        try await makeCertificate()
        let ledger = try await LedgerProcess(in: shop, serve: Self.flags)
        let address = try address(ledger)
        let settings = ["COLOPHON_LEDGER": address, "COLOPHON_CA": "cert.pem"]
        let added = try await shop.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer",
            Workshop.berlin, environment: settings)
        #expect(added.status == 0, "\(added.words)")
        try shop.write("a", to: "a.txt")
        try await shop.signWork("a.txt")
        let submitted = try await shop.colophon("submit", "a.txt.colophon", environment: settings)
        #expect(submitted.status == 0, "\(submitted.words)")
        try await ledger.writeKit()
        let verified = try await shop.colophon("verify", "a.txt", "--trust", "trust")
        #expect(verified.status == 0, "\(verified.words)")
        let stranger = try await shop.colophon(
            "submit", "a.txt.colophon", environment: ["COLOPHON_LEDGER": address])
        #expect(stranger.status == 3)
        #expect(stranger.words.contains("no authority that is trusted here"), "\(stranger.words)")
        let unreadable = try await shop.colophon(
            "submit", "a.txt.colophon",
            environment: ["COLOPHON_LEDGER": address, "COLOPHON_CA": "a.txt"])
        #expect(unreadable.status == 2)
        #expect(unreadable.words.contains("a.txt: is not a file of certificates"))
        #expect(try await ledger.stop() == 0)
    }

    /// Every command that speaks to a ledger takes the flag.
    @Test(arguments: [
        ["trust", "fetch", "--out", "new.colophon-kit"], ["trust", "update", "trust"],
        ["key", "list"], ["policy", "get"],
    ])
    func aReaderNamesThePrivateAuthorityByAFlag(command: [String]) async throws {
        try await makeCertificate()
        let ledger = try await LedgerProcess(in: shop, serve: Self.flags)
        let address = try address(ledger)
        try await ledger.writeKit()
        func run(_ more: String...) async throws -> Program.Outcome {
            try await Program.run(
                "colophon", command + ["--ledger", address] + more, in: shop.folder)
        }
        let stranger = try await run()
        #expect(stranger.status == 3)
        #expect(stranger.words.contains("no authority that is trusted here"), "\(stranger.words)")
        let trusted = try await run("--ca", "cert.pem")
        #expect(trusted.status == 0, "\(trusted.words)")
        try shop.write("a", to: "a.txt")
        // What was fetched before is not in the way.
        try? FileManager.default.removeItem(at: shop.url("new.colophon-kit"))
        let unreadable = try await run("--ca", "a.txt")
        #expect(unreadable.status == 2)
        #expect(
            unreadable.words.contains("a.txt: is not a file of certificates"),
            "\(unreadable.words)")
        #expect(try await ledger.stop() == 0)
    }

    @Test func aNewCertificateIsReadOnSIGHUPAndABrokenOneIsNot() async throws {
        try await makeCertificate()
        try await makeCertificate("new-")
        let ledger = try await LedgerProcess(in: shop, serve: Self.flags)
        let address = try address(ledger)
        try FileManager.default.copyItem(at: shop.url("cert.pem"), to: shop.url("old.pem"))
        #expect(try await fetch(address, trusting: "old.pem") == 0)
        try replace("cert.pem", by: "new-cert.pem")
        // A pair of which one half is new does not fit.
        try await ledger.hangUp(until: "stays as it was: key.pem: is not the key")
        #expect(try await fetch(address, trusting: "old.pem") == 0)
        try replace("key.pem", by: "new-key.pem")
        try await ledger.hangUp(until: "new connections get the certificate")
        #expect(try await fetch(address, trusting: "old.pem") == 60)
        #expect(try await fetch(address, trusting: "new-cert.pem") == 0)
        try shop.write("", to: "cert.pem")
        try await ledger.hangUp(until: "stays as it was: cert.pem: ")
        #expect(try await fetch(address, trusting: "new-cert.pem") == 0)
        #expect(try await ledger.stop() == 0)
    }

    private func replace(_ name: String, by other: String) throws {
        try FileManager.default.removeItem(at: shop.url(name))
        try FileManager.default.copyItem(at: shop.url(other), to: shop.url(name))
    }

    @Test func aHangupDoesNotEndAServerWithoutACertificate() async throws {
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.hangUp(until: "there is no certificate to read again")
        #expect(try await ledger.size() == 2)
        #expect(try await ledger.stop() == 0)
    }

    @Test func aPairThatCannotBeUsedIsRefusedAtTheStart() async throws {
        try await makeCertificate()
        try await makeCertificate("other-")
        try shop.write("nonsense", to: "text")
        try shop.setPermissions(0o600, "text")
        let encrypted = try await Program.run(
            "openssl",
            ["pkey", "-in", "key.pem", "-aes256", "-passout", "pass:x"]
                + ["-out", "encrypted.pem"], in: shop.folder)
        try #require(encrypted.status == 0)
        try FileManager.default.copyItem(at: shop.url("key.pem"), to: shop.url("open.pem"))
        try shop.setPermissions(0o644, "open.pem")
        for (certificate, key, words) in [
            ("cert.pem", "other-key.pem", "other-key.pem: is not the key of the certificate"),
            ("cert.pem", "encrypted.pem", "encrypted.pem: is encrypted"),
            ("cert.pem", "open.pem", "open.pem: this private key is open to others"),
            ("cert.pem", "none", "none: no such file"), ("cert.pem", "text", "text: is not"),
            ("key.pem", "key.pem", "key.pem: "), ("text", "key.pem", "text: "),
            ("cert.pem", nil, "--tls-key is missing"), (nil, "key.pem", "--tls-cert is missing"),
        ] as [(String?, String?, String)] {
            let flags =
                (certificate.map { ["--tls-cert", $0] } ?? [])
                + (key.map { ["--tls-key", $0] } ?? [])
            let outcome = try await Program.run(
                "colophond", ["serve", "--data", "none"] + flags, in: shop.folder)
            #expect(outcome.status == 2)
            #expect(outcome.words.hasPrefix("colophond: \(words)"), "\(outcome.words)")
        }
    }
}
