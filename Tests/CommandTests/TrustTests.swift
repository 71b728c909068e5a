import Foundation
import Testing
import TestSupport

/// The life of a trust kit: it is fetched, names what is too new for it, and grows with its ledger.
@Suite struct TrustTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
    }

    private func genesis(of kit: String) async throws -> String {
        let shown = try await shop.colophon("trust", "show", kit, "--json")
        try #require(shown.status == 0, "\(shown.words)")
        return try #require(shown.objects.first?["genesis"] as? String)
    }

    /// Signs and registers a work by a key that the ledger knows only from then on.
    private func logWork() async throws {
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let sent = try await ledger.colophon("submit", "photo.jpg.colophon")
        try #require(sent.status == 0, "\(sent.words)")
    }

    @Test func aRecordThatIsNewerThanItsKitNamesTheCommandThatHelps() async throws {
        let fetched = try await ledger.colophon("trust", "fetch", "--out", "my kit.colophon-kit")
        #expect(fetched.status == 0, "\(fetched.words)")
        try await logWork()
        let old = try await ledger.colophon("verify", "photo.jpg", "--trust", "my kit.colophon-kit")
        #expect(old.status == 1, "\(old.output)")
        let command = try #require(
            old.output.split(separator: "\n").last { $0.hasPrefix("  colophon trust update ") })
        #expect(old.output.contains("newer than this trust kit"))
        // As it stands there, by a shell.
        let bin = try Program.url("colophon").deletingLastPathComponent().path()
        let script = "PATH='\(bin)':\"$PATH\"; cd '\(shop.folder.path())'; \(command)"
        #expect(Program.succeeds(script), "\(script)")
        let new = try await ledger.colophon("verify", "photo.jpg", "--trust", "my kit.colophon-kit")
        #expect(new.status == 0, "\(new.output)")
        #expect(!new.output.contains("trust update"))
    }

    @Test func withoutAnAddressTheOriginIsTheLedgersAddress() async throws {
        try await ledger.writeKit()
        try await logWork()
        let old = try await shop.colophon("verify", "photo.jpg", "--trust", "trust")
        let line = "  colophon trust update trust --ledger https://\(LedgerProcess.origin)\n"
        #expect(old.output.contains(line), "\(old.output)")
    }

    @Test func aPinnedGenesisDecidesWhichLedgerIsFetched() async throws {
        try await ledger.writeKit()
        let genesis = try await genesis(of: "trust")
        let right = try await ledger.colophon(
            "trust", "fetch", "--genesis=\(genesis)", "--json")
        #expect(right.status == 0, "\(right.words)")
        #expect(right.words.isEmpty)
        let object = try #require(right.objects.first)
        #expect(object["genesis"] as? String == genesis)
        #expect(object["quorum"] as? String == "none")
        #expect((object["witnesses"] as? [Any])?.isEmpty == true)
        #expect((object["otherLogs"] as? [Any])?.isEmpty == true)
        #expect(object["timestampRoots"] is NSNull)
        #expect(try await self.genesis(of: "trust.colophon-kit") == genesis)
        let wrong = try await ledger.colophon(
            "trust", "fetch", "--out", "b.colophon-kit", "--genesis",
            String(repeating: "A", count: 43))
        #expect(wrong.status == 1)
        #expect(wrong.words.contains(genesis))
        #expect(try !shop.exists("b.colophon-kit"))
    }

    private static let witness =
        "witness.example+bd3c4918+BDH7+x6JfpSZWHU5BTjiRm8R8aGkn0wDQMi0asx75BV7"
    private static let otherLog =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    /// Returns the kit in one file with a witness, another log and a timestamp authority more.
    private static func widened(_ kit: [UInt8]) throws -> [UInt8] {
        var bytes = Data(kit)
        bytes[bytes.startIndex] += 1
        let genesis = try #require(bytes.range(of: Data("\u{67}genesis\u{58}\u{2C}".utf8)))
        bytes.insert(
            contentsOf: Data("\u{67}tsa.pem\u{41}\u{07}".utf8), at: genesis.upperBound + 44)
        let name = try #require(bytes.range(of: Data("\u{66}policy\u{58}".utf8)))
        let start = name.upperBound + 1
        let end = start + Int(bytes[name.upperBound])
        let policy = String(decoding: bytes[start..<end], as: UTF8.self)
            .replacing("quorum none\n", with: "log \(otherLog)\nwitness w \(witness)\nquorum w\n")
        let length = try #require(UInt8(exactly: policy.utf8.count))
        bytes.replaceSubrange(name.upperBound..<end, with: [length] + Array(policy.utf8))
        return Array(bytes)
    }

    /// The genesis names the ledger, and none of those whom its operator lets vouch for it.
    @Test func aPinnedGenesisDoesNotChooseTheWitnessesAndThatIsSaid() async throws {
        try await ledger.writeKit()
        let genesis = try await genesis(of: "trust")
        var conduct = Relay.Conduct()
        conduct.after = { request, answer in
            guard request.path == "/trust-kit", let body = try? Self.widened(answer.body) else {
                return answer
            }
            return Relay.Answer(status: answer.status, type: answer.type, body: body)
        }
        let relay = try await Relay(to: ledger.address, conduct)
        for (kit, flags) in [("a.colophon-kit", []), ("b.colophon-kit", ["--quiet"])] {
            let told = try await Program.run(
                "colophon",
                ["trust", "fetch", "--ledger", relay.address, "--genesis=\(genesis)"]
                    + ["--out", kit] + flags, in: shop.folder)
            #expect(told.status == 0, "\(told.words)")
            for words in [
                "the operator chose the kit's witnesses: w; the quorum is w",
                "the operator chose other logs to trust: PeterNeumann",
                "the operator chose timestamp authorities: tsa.pem, SHA-256 ",
            ] {
                #expect(told.words.contains(words), "\(told.words)")
            }
            #expect(!told.words.contains("only the network vouches"))
        }
        let read = try await shop.colophon(
            "trust", "fetch", "--ledger", relay.address, "--genesis=\(genesis)", "--out",
            "c.colophon-kit", "--json")
        #expect(read.status == 0 && read.words.isEmpty, "\(read.words)")
        let object = try #require(read.objects.first)
        #expect(object["quorum"] as? String == "w")
        #expect(
            object["witnesses"] as? [[String: String]] == [["name": "w", "key": Self.witness]])
        #expect(object["otherLogs"] as? [String] == ["PeterNeumann"])
        #expect((object["timestampRoots"] as? String)?.count == 64)
        let help = try await shop.colophon("trust", "fetch", "--help")
        #expect(!help.output.contains("all else in the kit follows"))
    }

    @Test func withoutAGenesisTheNetworkIsBelievedOnceAndThatIsSaid() async throws {
        let fetched = try await ledger.colophon("trust", "fetch")
        #expect(fetched.status == 0)
        let genesis = try await genesis(of: "trust.colophon-kit")
        for words in [
            genesis, "only the network vouches", "the operator chose the kit's witnesses",
        ] {
            #expect(fetched.words.contains(words), "\(fetched.words)")
        }
        let kit = try shop.bytes("trust.colophon-kit")
        let again = try await ledger.colophon("trust", "fetch")
        #expect(again.status == 2)
        #expect(again.words.contains("colophon trust update trust.colophon-kit --ledger"))
        #expect(try shop.bytes("trust.colophon-kit") == kit)
    }

    /// The server knows no address of its own; whoever reads this has opened one.
    @Test func thePageForPeopleOffersACommandThatIsWhole() async throws {
        let page = try await Program.run(
            "curl", ["--silent", "--fail", ledger.address + "/"], in: shop.folder)
        #expect(page.status == 0)
        let offered = try #require(page.output.firstMatch(of: /"(colophon [^"]*)"/)?.output.1)
        #expect(offered == "colophon trust fetch --ledger ADDRESS")
        let command = offered.replacing("ADDRESS", with: ledger.address).split(separator: " ")
        let fetched = try await Program.run(
            "colophon", command.dropFirst().map { String($0) }, in: shop.folder)
        #expect(fetched.status == 0, "\(fetched.words)")
    }

    /// The server writes the same kit as it serves, as a folder and as one file.
    @Test func folderAndFileAreTheSameKit() async throws {
        try await ledger.writeKit()
        let wrote = try await Program.run(
            "colophond", ["trust-kit", "--data", "ledger", "--out", "a.colophon-kit"],
            in: shop.folder)
        #expect(wrote.status == 0, "\(wrote.words)")
        let fetched = try await ledger.colophon("trust", "fetch", "--out", "b.colophon-kit")
        #expect(fetched.status == 0, "\(fetched.words)")
        #expect(try shop.bytes("a.colophon-kit") == shop.bytes("b.colophon-kit"))
        let folder = try await ledger.colophon("trust", "fetch", "--out", "c")
        #expect(folder.status == 0, "\(folder.words)")
        for name in ["policy", "genesis", "registry.cbor", "receipt-keys.cbor"] {
            #expect(try shop.bytes("c/\(name)") == shop.bytes("trust/\(name)"))
        }
        for kit in ["trust", "a.colophon-kit"] {
            let known = try await ledger.colophon("trust", "update", kit, "--json")
            #expect(known.objects.first?["status"] as? String == "known", "\(known.words)")
        }
    }

    /// Another ledger of the same name at the same address: nothing is taken, both are kept.
    @Test func aLedgerThatBeganAnewIsRefusedAndKept() async throws {
        _ = try await ledger.colophon("trust", "fetch")
        let kit = try shop.bytes("trust.colophon-kit")
        let other = try await LedgerProcess(in: Workshop())
        let refused = try await shop.colophon(
            "trust", "update", "trust.colophon-kit", "--ledger", other.address)
        #expect(refused.status == 1)
        #expect(refused.words.contains("another genesis"), "\(refused.words)")
        #expect(try shop.bytes("trust.colophon-kit") == kit)
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
        let kept = try #require(names.first { $0.hasPrefix("trust.refused-2-") })
        #expect(refused.words.contains(kept))
        #expect(try await genesis(of: kept) != genesis(of: "trust.colophon-kit"))
    }

    /// What the ledger has done is said where nothing can be written beside the kit, too.
    @Test func aRefusalStandsWhereTheServedKitCannotBeKept() async throws {
        _ = try await ledger.colophon("trust", "fetch")
        // Its own name fits a folder, and the longer one beside it does not.
        let name = String(repeating: "k", count: 230) + ".colophon-kit"
        try FileManager.default.moveItem(
            at: shop.url("trust.colophon-kit"), to: shop.url(name))
        let kit = try shop.bytes(name)
        let other = try await LedgerProcess(in: Workshop())
        let refused = try await shop.colophon("trust", "update", name, "--ledger", other.address)
        #expect(refused.status == 1, "\(refused.words)")
        #expect(refused.words.contains("another genesis"), "\(refused.words)")
        #expect(refused.words.contains("could not be kept: "), "\(refused.words)")
        #expect(refused.words.contains(".refused-2-"), "\(refused.words)")
        #expect(try shop.bytes(name) == kit)
    }

    @Test func aNameIsShownBesideTheURIAndStaysAtHome() async throws {
        try await logWork()
        _ = try await ledger.colophon("trust", "fetch")
        let kit = try shop.bytes("trust.colophon-kit")
        let shown = try await shop.colophon("trust", "show", "trust.colophon-kit", "--json")
        let keys = try #require(shown.objects.first?["keys"] as? [[String: Any]])
        let key = try #require(keys.first { $0["issuer"] as? String == Workshop.berlin })
        let kid = try #require(key["kid"] as? String)
        let named = try await shop.colophon(
            "trust", "name", "--trust", "trust.colophon-kit", "--", kid, "Studio Berlin")
        #expect(named.status == 0, "\(named.words)")
        let words = "\(Workshop.berlin), which you call \"Studio Berlin\""
        #expect(named.output == words + "\n")
        let again = try await shop.colophon("trust", "show", "trust.colophon-kit")
        #expect(again.output.contains(words))
        let verdict = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust.colophon-kit")
        #expect(verdict.output.contains("signed by \(Workshop.berlin),"))
        #expect(verdict.output.contains("which you call \"Studio Berlin\""))
        #expect(try shop.bytes("trust.colophon-kit") == kit)
        #expect(try shop.permissions(".config/colophon/names.yaml") == 0o600)
        let stranger = try await shop.colophon(
            "trust", "name", "--trust", "trust.colophon-kit", String(repeating: "B", count: 43),
            "Studio Rome")
        #expect(stranger.status == 2)
        let removed = try await shop.colophon(
            "trust", "name", "--trust", "trust.colophon-kit", "--remove", "--", kid)
        #expect(removed.output == Workshop.berlin + "\n")
    }

    @Test func whatIsNoKitIsNamedAsNone() async throws {
        try shop.write("a photograph", to: "photo.jpg")
        let picture = try await shop.colophon("trust", "show", "photo.jpg")
        #expect(picture.status == 2)
        #expect(picture.words.hasPrefix("colophon: photo.jpg: is no trust kit: "))
        let nothing = try await shop.colophon("trust", "show", "nothing")
        #expect(nothing.status == 2)
        #expect(nothing.words.contains("hint: colophon trust fetch --ledger"))
    }
}
