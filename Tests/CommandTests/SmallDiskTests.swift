import Foundation
import Testing
import TestSupport

/// A full disk ends with 3: the same command succeeds once there is room.
@Suite(.enabled(if: SmallDisk.store != nil, "needs COLOPHON_SMALL_FOLDER"), .serialized)
struct SmallDiskTests {
    private let shop: Workshop
    private let small: URL
    private let ballast: URL

    init() async throws {
        shop = try await Workshop()
        small = URL(filePath: try #require(SmallDisk.store)).appending(path: "\(UUID())")
        ballast = small.appending(path: "ballast")
        try FileManager.default.createDirectory(at: small, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: small.path())
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    private func initialize(_ data: String) async throws -> Program.Outcome {
        try await colophond(
            "init", "--data", data, "--origin", LedgerProcess.origin, "--admin", "admin.pub.pem")
    }

    /// Leaves not one byte: the write that finds no room any more is the end of it.
    private func fill() throws {
        #expect(throws: (any Error).self) { try SmallDisk.fill(ballast, leaving: -1) }
    }

    private func expectFull(_ outcome: Program.Outcome) {
        #expect(outcome.status == 3, "\(outcome.words)")
        let words = outcome.words.lowercased()
        #expect(words.contains("no space left") || words.contains("full"), "\(outcome.words)")
    }

    @Test func aLedgerOnAFullDiskStartsOnceThereIsRoom() async throws {
        defer { try? FileManager.default.removeItem(at: small) }
        let data = small.appending(path: "ledger").path()
        let key = try await shop.colophon("keygen", "--out", "admin.pem")
        try #require(key.status == 0, "\(key.words)")
        let made = try await initialize(data)
        try #require(made.status == 0, "\(made.words)")
        try fill()
        expectFull(
            try await colophond("serve", "--data", data, "--listen", "127.0.0.1:0"))
        expectFull(try await initialize(small.appending(path: "other").path()))
        try FileManager.default.removeItem(at: ballast)
        #expect(try await colophond("fsck", "--data", data).status == 0)
    }

    @Test func copiesOntoAFullDiskSucceedOnceThereIsRoom() async throws {
        defer { try? FileManager.default.removeItem(at: small) }
        let ledger = try await LedgerProcess(in: shop)
        try fill()
        let commands = [
            ["backup", "--data", "ledger", "--to", small.appending(path: "backups").path()],
            ["export", "--data", "ledger", "--out", small.appending(path: "export").path()],
        ]
        for command in commands {
            expectFull(try await Program.run("colophond", command, in: shop.folder))
        }
        #expect(try await ledger.stop() == 0)
        for command in commands {
            expectFull(try await Program.run("colophond", command, in: shop.folder))
        }
        try FileManager.default.removeItem(at: ballast)
        for command in commands {
            let done = try await Program.run("colophond", command, in: shop.folder)
            #expect(done.status == 0, "\(done.words)")
        }
    }

    @Test func labelsForAFullDiskAreWrittenOnceThereIsRoom() async throws {
        defer { try? FileManager.default.removeItem(at: small) }
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.writeKit()
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        try fill()
        let out = small.appending(path: "labels.svg").path()
        func label() async throws -> Program.Outcome {
            try await shop.colophon(
                "label", "photo.jpg.colophon", "--unregistered", "--trust", "trust", "--out", out)
        }
        expectFull(try await label())
        #expect(try FileManager.default.contentsOfDirectory(atPath: small.path()) == ["ballast"])
        try FileManager.default.removeItem(at: ballast)
        let done = try await label()
        #expect(done.status == 0, "\(done.words)")
    }
}
