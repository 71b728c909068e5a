import Foundation
import Testing
import TestSupport

/// Whatever a file is called, and wherever its name is shown, no terminal gets it as it is.
@Suite struct HostileNameTests {
    private static let hidden =
        "\u{1B}]0;pwned\u{7}\u{1B}[31m\u{9B}\u{202E}\u{2066}\u{3164}\u{115F}\u{34F}\u{200B}"
        + "\u{FEFF}\u{E0041}"
    private static let name = "a\(hidden)gpj"

    private func expectSafe(
        _ outcome: Program.Outcome, _ status: Int32, _ place: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.words)", sourceLocation: place)
        #expect(!(outcome.output + outcome.words).isEmpty, sourceLocation: place)
        let hidden = Set(Self.hidden.unicodeScalars.filter { !(0x20..<0x7F ~= $0.value) })
        for text in [outcome.output, outcome.words] {
            let shown = text.unicodeScalars.filter(hidden.contains)
            #expect(shown.isEmpty, "\(shown.map(\.value))", sourceLocation: place)
        }
    }

    @Test func noCommandShowsANameAsItIs() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        let shop = ledger.shop
        let name = Self.name
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.writeKit()
        try shop.write("pixels", to: name)
        let signer = ["--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "A"]
        let record = "\(name).colophon"
        let commands: [(Int32, [String])] = [
            (0, ["keygen", "--out", "\(name).pem"]), (2, ["keygen", "--out", "\(name).pem"]),
            (0, ["sign", name, "--title", name] + signer),
            (2, ["sign", name, "--title", name] + signer),
            (0, ["sign", name, "--title", name, "--force"] + signer),
            (0, ["submit", record]), (0, ["show", record]), (0, ["show", record, "--json"]),
            (0, ["verify", name, "--trust", "trust"]),
            (0, ["verify", name, "--trust", "trust", "--json"]),
            (2, ["verify", "\(name).gone", "--trust", "trust"]),
            (2, ["verify", "\(name).gone", "--trust", "trust", "--json"]),
            (2, ["trust", "show", name]), (2, ["submit", "\(name).gone"]),
            (2, ["submit", record, "--ledger", name]), (2, ["show", "x", "--config", name]),
            (2, [name]), (2, ["sign", "--\(name)"]), (2, ["verify", "a", "--require", name]),
            (2, ["keygen", "--alg", name]), (2, ["keygen", "--out", "a", name]),
            (2, ["keygen", "--out", "a", name, "--json"]), (2, ["erase", name]),
            (2, ["key", "add", "--admin", name, "--key", name, "--issuer", name]),
        ]
        for (status, command) in commands {
            expectSafe(
                try await Program.run(
                    "colophon", command, in: shop.folder,
                    environment: ["COLOPHON_LEDGER": ledger.address]), status)
        }
    }

    @Test func noCommandOfTheServerShowsANameAsItIs() async throws {
        let shop = try await Workshop()
        let name = Self.name
        let commands: [(Int32, [String])] = [
            (2, [name]), (2, ["serve", "--\(name)"]), (2, ["serve", "--data", name]),
            (0, ["serve", "--data", name, "--print-config"]), (2, ["fsck", "--data", name]),
            (2, ["serve", "--data", "a", "--listen", name]), (2, ["init", "--config", name]),
            (2, ["init", "--data", name, "--origin", name, "--admin", "berlin.pub.pem"]),
            (2, ["init", "--data", "a", "--origin", "a.example", "--admin", name]),
            (0, ["init", "--data", name, "--origin", "a.example", "--admin", "berlin.pub.pem"]),
            (0, ["fsck", "--data", name]), (0, ["trust-kit", "--data", name, "--out", name + "k"]),
            (0, ["backup", "--data", name, "--to", name + "b"]),
            (0, ["export", "--data", name, "--out", name + "e", "--json"]),
        ]
        for (status, command) in commands {
            expectSafe(try await Program.run("colophond", command, in: shop.folder), status)
        }
    }

    /// Escaped, not changed: programs get the name that the file has.
    @Test func programsGetTheExactName() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: Self.name)
        let signed = try await shop.sign(Self.name, "--creator", "A", "--title", Self.name)
        #expect(signed.status == 0, "\(signed.words)")
        let file = try #require(signed.objects.first?["file"] as? String)
        #expect(Array(file.utf8) == Array(Self.name.utf8))
        let missing = try await shop.colophon("show", "\(Self.name)x", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(missing.words.utf8))
        let named = try #require((object as? [String: Any])?["file"] as? String)
        #expect(Array(named.utf8) == Array("\(Self.name)x".utf8))
    }

    /// What the settings are is a configuration file too, and says the same when it is read.
    @Test func printedSettingsReadBackAsTheyWere() async throws {
        let shop = try await Workshop()
        let printed = try await Program.run(
            "colophond", ["serve", "--data", Self.name, "--print-config"], in: shop.folder)
        try shop.write(printed.output, to: "config.yaml")
        let again = try await Program.run(
            "colophond", ["serve", "--config", "config.yaml", "--print-config"], in: shop.folder)
        func data(_ outcome: Program.Outcome) -> Substring? {
            outcome.output.split(separator: "\n").first?.split(separator: "  #").first
        }
        #expect(again.status == 0, "\(again.words)")
        #expect(data(again) == data(printed))
        #expect(data(again)?.hasPrefix("data: ") == true)
    }
}
