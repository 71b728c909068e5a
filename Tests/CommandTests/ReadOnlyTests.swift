import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A file system that becomes read-only under a ledger that is served, as ext4 does after an error.
@Suite(
    .serialized,
    .enabled(
        if: Preload.isPossible, "needs gcc and glibc"))
struct ReadOnlyTests {
    private let shop: Workshop
    private let environment: [String: String]

    /// While this file is there, every sync of the server fails.
    private let mark: URL

    init() async throws {
        shop = try await Workshop()
        mark = shop.url("read-only")
        environment = try await Preload(
            "read-only-disk", "READ_ONLY_DISK", file: mark, in: shop
        ).environment
    }

    @Test func aLedgerReadsOnWhileItsDiskIsReadOnlyAndWritesAgainByItself() async throws {
        let ledger = try await LedgerProcess(in: shop, environment: environment)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let made = try await shop.colophon("keygen", "--out", "lagos.pem")
        try #require(made.status == 0, "\(made.words)")
        // It passes no Retry-After on: the client need not wait as long as a person would.
        let relay = try await Relay(to: ledger.address)
        func addKey() async throws -> Program.Outcome {
            try await shop.colophon(
                "key", "add", "--ledger", relay.address, "--origin", LedgerProcess.origin,
                "--admin",
                "admin.pem", "--key", "lagos.pub.pem", "--issuer", "https://pops.example/lagos",
                "--role", "pop")
        }
        try Data().write(to: mark)
        let refused = try await addKey()
        #expect(refused.status == 3, "\(refused.words)")
        #expect(try await ledger.size() == 3)
        let ready = try #require(URL(string: "\(ledger.address)/readyz"))
        let (body, answer) = try await URLSession.shared.data(from: ready)
        #expect((answer as? HTTPURLResponse)?.statusCode == 503)
        let reason = String(decoding: body, as: UTF8.self).lowercased()
        #expect(reason.contains("read-only file system"), "\(reason)")
        try FileManager.default.removeItem(at: mark)
        let added = try await eventually("it writes again") {
            let added = try await addKey()
            return added.status == 3 ? nil : added
        }
        #expect(added.status == 0, "\(added.words)")
        // What failed may be on the disk all the same: it was not answered.
        #expect(try #require(await ledger.size()) >= 4)
        #expect(try await ledger.stop() == 0)
        let checked = try await Program.run(
            "colophond", ["fsck", "--data", "ledger"], in: shop.folder)
        #expect(checked.words.contains("nothing is wrong"), "\(checked.words)")
    }
}
