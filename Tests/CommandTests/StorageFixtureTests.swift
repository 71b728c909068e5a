import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Ledgers that older builds left behind: opened, served, checked and continued by this one.
@Suite(.serialized) struct StorageFixtureTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "Fixtures")

    /// The archives, one for each storage version that was ever released.
    private static let archives: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path())
        return (names ?? []).filter { $0.hasSuffix(".tar.gz") }.sorted()
    }()

    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    /// Unpacks an archive, so that the shop's folder `storage` holds the ledger.
    private func unpack(_ archive: String) async throws {
        let tar = try await Program.run(
            "tar", ["-xzpf", Self.folder.appending(path: archive).path(), "--no-same-owner"],
            in: shop.folder)
        try #require(tar.status == 0, "\(tar.words)")
    }

    private func run(_ program: String, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(program, arguments, in: shop.url("storage"))
    }

    /// Serves the ledger and returns its address.
    private func serve() async throws -> (RunningProgram, String) {
        let program = try RunningProgram(
            "colophond", ["serve", "--data", "ledger", "--listen", "127.0.0.1:0"],
            in: shop.url("storage"))
        let address = try await program.says("listening on ").prefix { !$0.isWhitespace }
        return (program, String(address))
    }

    private func get(_ url: String) async throws -> (status: Int, body: Data) {
        let (body, answer) = try await URLSession.shared.data(from: #require(URL(string: url)))
        return (try #require(answer as? HTTPURLResponse).statusCode, body)
    }

    @Test func theStorageVersionOfTodayHasAFixture() throws {
        let storage = try String(
            contentsOf: Self.folder.appending(path: "../../../Schemas/storage.md"),
            encoding: .utf8)
        let version = try #require(storage.firstMatch(of: /# Storage: format version (\d+)\n/))
        #expect(Self.archives.contains("storage-\(version.1).tar.gz"))
    }

    @Test(arguments: archives)
    func whatWasAnsweredThenIsTrueNow(archive: String) async throws {
        try await unpack(archive)
        let (server, address) = try await serve()
        // The newest head is the very one that was signed then.
        let newest = try await get("\(address)/checkpoint")
        let size = String(decoding: newest.body, as: UTF8.self).split(separator: "\n")[1]
        #expect(newest.body == (try Data(contentsOf: shop.url("storage/checkpoints/\(size)"))))
        // Each record's receipt verifies with the kit of then and with the kit of now.
        let wrote = try await run("colophond", "trust-kit", "--data", "ledger", "--out", "new")
        #expect(wrote.status == 0, "\(wrote.words)")
        for kit in ["trust", "new"] {
            for name in ["photo.txt", "print.txt", "erased.txt", "revoked.txt", "300.txt"] {
                let verified = try await run(
                    "colophon", "verify", "records/\(name)", "--trust", kit)
                let isSuspect = name == "revoked.txt"
                #expect(
                    verified.status == (isSuspect ? 1 : 0), "\(kit) \(name): \(verified.output)")
                #expect(verified.output.contains("SUSPECT: ") == isSuspect)
            }
        }
        let decision = try await run(
            "colophon", "verify", "--record-only", "records/decision.json.colophon", "--trust",
            "trust")
        #expect(decision.status == 0, "\(decision.words)")
        // Sending them once more gives nothing a second index.
        for name in ["photo.txt", "revoked.txt", "300.txt"] {
            let again = try await run(
                "colophon", "submit", "records/\(name).colophon", "--ledger", address)
            #expect(again.status == 0, "\(again.words)")
        }
        #expect(try await get("\(address)/checkpoint").body == newest.body)
        #expect(try await server.end(by: SIGTERM).status == 0)
        // A build that can check a folder finds nothing in it.
        guard try await run("colophond", "--help").output.contains("fsck") else { return }
        let checked = try await run("colophond", "fsck", "--data", "ledger", "--signatures")
        #expect(checked.status == 0, "\(checked.output) \(checked.words)")
    }

    @Test(arguments: archives)
    func itGoesOnWhereItEnded(archive: String) async throws {
        try await unpack(archive)
        let (server, address) = try await serve()
        try shop.write("later", to: "storage/later.txt")
        func sign(_ name: String) async throws -> Program.Outcome {
            let signed = try await run(
                "colophon", "sign", "later.txt", "--key", "\(name).pem", "--issuer",
                "https://pops.example/\(name)", "--creator", "Ana", "--title", "Later", "--force")
            try #require(signed.status == 0, "\(signed.words)")
            return try await run("colophon", "submit", "later.txt.colophon", "--ledger", address)
        }
        let refused = try await sign("lagos")
        #expect(refused.status != 0)
        let accepted = try await sign("berlin")
        #expect(accepted.status == 0, "\(accepted.words)")
        let verified = try await run("colophon", "verify", "later.txt", "--trust", "trust")
        #expect(verified.status == 0, "\(verified.output)")
        // The manifest that was erased then is gone, and its entry is not.
        let shown = try await run("colophon", "show", "records/erased.txt.colophon", "--json")
        let entry = try #require(shown.objects.first?["entry"] as? String)
        #expect(try await get("\(address)/entries/\(entry)").status == 200)
        #expect(try await get("\(address)/entries/\(entry)/manifest").status == 410)
        #expect(try await server.end(by: SIGTERM).status == 0)
    }
}
