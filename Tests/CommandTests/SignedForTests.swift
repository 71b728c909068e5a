import Foundation
import Synchronization
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A control command signs for the ledger that is meant, not for the one that an address shows.
@Suite struct SignedForTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
    }

    /// Runs `key add` at an address, with `more` arguments.
    private func add(
        at address: String, _ more: [String] = [], home: String? = nil
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer"]
                + [Workshop.berlin, "--ledger", address] + more,
            in: shop.folder, environment: home.map { ["HOME": $0] } ?? [:])
    }

    /// The ledger's control statements, as one body.
    private func control() async throws -> [UInt8] {
        let url = try #require(URL(string: "\(ledger.address)/control"))
        return Array(try await URLSession.shared.data(from: url).0)
    }

    private func memory() throws -> URL {
        let folder = shop.url(".config/colophon/ledgers")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        try #require(names.count == 1, "\(names)")
        return folder.appending(path: names[0])
    }

    private func genesis() throws -> String {
        let line = try String(contentsOf: memory(), encoding: .utf8)
        return try #require(line.split(separator: " ").last.map { $0.filter { $0 != "\n" } })
    }

    private func expectRefused(
        _ outcome: Program.Outcome, _ words: String, _ place: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(outcome.status == 1, "\(outcome.words)", sourceLocation: place)
        #expect(outcome.words.contains(words), "\(outcome.words)", sourceLocation: place)
    }

    @Test func theFirstLedgerIsRememberedAndSaid() async throws {
        let first = try await add(at: ledger.address + "//")
        #expect(first.status == 0, "\(first.words)")
        let file = try memory()
        let genesis = try genesis()
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == "\(ledger.address) \(LedgerProcess.origin) \(genesis)\n")
        #expect(try shop.permissions(".config/colophon/ledgers/\(file.lastPathComponent)") == 0o600)
        #expect(try shop.permissions(".config/colophon/ledgers") == 0o700)
        for word in [ledger.address, LedgerProcess.origin, genesis, "for the first time"] {
            #expect(first.words.contains(word), "\(first.words)")
        }
        let second = try await add(at: ledger.address, ["--not-after", "2999-01-01T00:00:00Z"])
        #expect(second.status == 0, "\(second.words)")
        #expect(!second.words.contains("first time"))
        #expect(second.words.contains("signing for \(LedgerProcess.origin), genesis \(genesis)"))
    }

    /// The administrator names B, and B shows A's chain, to have the statement for A.
    @Test func aRelayOfAnotherLedgersChainGetsNoSignature() async throws {
        _ = try await add(at: ledger.address)
        let relay = try await Relay(to: ledger.address)
        let before = try await control()
        let more = ["--not-after", "2999-01-01T00:00:00Z"]
        try await expectRefused(try await add(at: relay.address, more), "shows the ledger that")
        #expect(try await control() == before)
        let named = try await add(at: relay.address, more + ["--origin", LedgerProcess.origin])
        #expect(named.status == 0, "\(named.words)")
        // Both addresses are known from then on.
        #expect(try await add(at: relay.address).status == 0)
        #expect(try await add(at: ledger.address).status == 0)
    }

    @Test func aKitMakesSureWhichLedgerItIs() async throws {
        try await ledger.writeKit()
        let relay = try await Relay(to: ledger.address)
        let added = try await add(at: relay.address, ["--trust", "trust"])
        #expect(added.status == 0, "\(added.words)")
        #expect(!added.words.contains("first time"))
        let other = try await LedgerProcess(in: Workshop())
        try await other.writeKit()
        let before = try await control()
        try await expectRefused(
            try await add(
                at: ledger.address,
                ["--trust", other.shop.url("trust").path(), "--not-after", "2999-01-01T00:00:00Z"]),
            "but the kit")
        #expect(try await control() == before)
    }

    @Test func anotherOriginThanTheNamedIsRefused() async throws {
        let before = try await control()
        try await expectRefused(
            try await add(at: ledger.address, ["--origin", "ledger.example/other"]),
            "not ledger.example/other")
        #expect(try await control() == before)
        #expect(try !shop.exists(".config/colophon/ledgers"))
    }

    /// An old copy, or who hides the newest changes, is not what the kit is of.
    @Test func aChainWithoutWhatTheKitHasIsRefused() async throws {
        let old = try await control()
        _ = try await add(at: ledger.address)
        try await ledger.writeKit()
        var conduct = Relay.Conduct()
        conduct.after = { request, answer in
            var answer = answer
            if request.path == "/control" { answer.body = old }
            return answer
        }
        let relay = try await Relay(to: ledger.address, conduct)
        try await expectRefused(
            try await add(at: relay.address, ["--trust", "trust"]), "does not have the control")
    }

    @Test func anotherLedgerAtAKnownAddressIsRefused() async throws {
        _ = try await add(at: ledger.address)
        let (file, genesis) = (try memory(), try genesis())
        let other = "A" + genesis.dropFirst()
        let line = "\(ledger.address) \(LedgerProcess.origin) \(other)\n"
        try line.write(to: file, atomically: false, encoding: .utf8)
        let more = ["--not-after", "2999-01-01T00:00:00Z"]
        try await expectRefused(try await add(at: ledger.address, more), "is another ledger than")
        // Its name at another address is no better.
        let elsewhere = line.replacing(ledger.address, with: "https://ledger.example/prints")
        try elsewhere.write(to: file, atomically: false, encoding: .utf8)
        try await expectRefused(try await add(at: ledger.address, more), "has the name of another")
        try line.write(to: file, atomically: false, encoding: .utf8)
        let named = try await add(at: ledger.address, more + ["--origin", LedgerProcess.origin])
        #expect(named.status == 0, "\(named.words)")
        #expect(named.words.contains("is another ledger than"))
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == "\(ledger.address) \(LedgerProcess.origin) \(genesis)\n")
    }

    @Test func aMemoryThatIsNoneIsNamedAndNeverIgnored() async throws {
        _ = try await add(at: ledger.address)
        try await ledger.writeKit()
        let (file, line) = (try memory(), try String(contentsOf: memory(), encoding: .utf8))
        let malformed = [
            "", "\n", " " + line, String(line.dropLast()), line + line, line + "\n", "# " + line,
            line.replacing(" ", with: "  "), line.replacing("http", with: "HTTP"),
            line.replacing(" ledger", with: "/ ledger"), line.replacing("\n", with: "\r\n"),
            line + line.replacing("127.0.0.1", with: "localhost").replacing("prints", with: "x"),
            line + String(repeating: "a", count: 65_536) + "\n",
        ]
        for content in malformed {
            try content.write(to: file, atomically: false, encoding: .utf8)
            for more in [[], ["--trust", "trust"], ["--origin", LedgerProcess.origin]] {
                let refused = try await add(at: ledger.address, more)
                #expect(refused.status == 2, "\(content.prefix(200)): \(refused.words)")
                #expect(refused.words.contains(file.lastPathComponent), "\(refused.words)")
                #expect(try String(contentsOf: file, encoding: .utf8) == content)
            }
        }
    }

    /// Who can change the memory decides what is signed for.
    @Test func aMemoryThatOthersCanChangeIsNotBelieved() async throws {
        _ = try await add(at: ledger.address)
        let name = ".config/colophon/ledgers"
        let file = "\(name)/\(try memory().lastPathComponent)"
        for (path, mode) in [(file, 0o620), (file, 0o602), (name, 0o770), (".config", 0o757)] {
            let kept = try shop.permissions(path)
            try shop.setPermissions(mode, path)
            let refused = try await add(at: ledger.address)
            #expect(refused.status == 2, "\(path): \(refused.words)")
            #expect(refused.words.contains("can be changed by others"), "\(refused.words)")
            try shop.setPermissions(kept, path)
        }
        #expect(try await add(at: ledger.address).status == 0)
    }

    /// A look that fails is no absence: a link to nothing, a folder, a file where a folder must be.
    @Test func aMemoryThatCannotBeReadIsNotAnEmptyOne() async throws {
        _ = try await add(at: ledger.address)
        let files = FileManager.default
        let file = try memory()
        try files.removeItem(at: file)
        try files.createSymbolicLink(atPath: file.path(), withDestinationPath: "nowhere")
        #expect(try await add(at: ledger.address).status == 2)
        try files.removeItem(at: file)
        try files.createDirectory(at: file, withIntermediateDirectories: false)
        #expect(try await add(at: ledger.address).status == 2)
        try files.removeItem(at: shop.url(".config/colophon/ledgers"))
        try shop.write("", to: ".config/colophon/ledgers")
        #expect(try await add(at: ledger.address).status == 2)
    }

    @Test(arguments: ["", ".", "relative/home"])
    func withoutAHomeTheLedgerMustBeNamed(home: String) async throws {
        let refused = try await add(at: ledger.address, home: home)
        #expect(refused.status == 2)
        #expect(refused.words.contains("HOME is not set"), "\(refused.words)")
        let named = try await add(
            at: ledger.address, ["--origin", LedgerProcess.origin], home: home)
        #expect(named.status == 0, "\(named.words)")
        #expect(try !shop.exists(".config/colophon"))
    }

    /// A receipt that proves nothing is not an answer; the command that is run again finds out.
    @Test func aReceiptThatProvesNothingIsNotBelieved() async throws {
        let arm = Arm()
        var conduct = Relay.Conduct()
        conduct.after = { request, answer in
            var answer = answer
            if request.method == "POST", arm.fire() { answer.body[answer.body.count - 1] ^= 1 }
            return answer
        }
        let relay = try await Relay(to: ledger.address, conduct)
        let doubted = try await add(at: relay.address)
        #expect(doubted.status == 3, "\(doubted.words)")
        #expect(doubted.words.contains("does not prove the change"), "\(doubted.words)")
        let again = try await add(at: relay.address, ["--json"])
        #expect(again.status == 0, "\(again.words)")
        #expect(again.objects.first?["status"] as? String == "known")
    }

    /// Fires once.
    private final class Arm: Sendable {
        private let isLoaded = Mutex(true)

        func fire() -> Bool {
            isLoaded.withLock { isLoaded in
                defer { isLoaded = false }
                return isLoaded
            }
        }
    }

    #if os(Linux)
        /// `script` gives the program a terminal; on other systems it is told otherwise.
        @Test(.timeLimit(.minutes(Patience.minutes)), arguments: ["y", "n", ""])
        func aPersonIsAskedTheFirstTime(reply: String) async throws {
            let command = [
                try Program.url("colophon").path(), "key", "add", "--admin", "admin.pem", "--key",
                "berlin.pub.pem", "--issuer", Workshop.berlin, "--ledger", ledger.address,
            ].joined(separator: " ")
            let before = try await control()
            let asked = try await Program.run(
                "script", ["-qec", command, "/dev/null"], in: shop.folder, input: "\(reply)\n")
            #expect(asked.output.contains("[y/N]"), "\(asked.output)")
            #expect(asked.status == (reply == "y" ? 0 : 1), "\(asked.output)")
            #expect(try shop.exists(".config/colophon/ledgers") == (reply == "y"))
            let isUnchanged = try await control() == before
            #expect(isUnchanged == (reply != "y"))
        }
    #endif
}
