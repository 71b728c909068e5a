import Checkpoints
import Compression
import Files
import Foundation
import HTTPCalls
import LogReader
import Merkle
import TestPeer
import TestSupport
import Testing

/// A folder and a service show one log, and both are held to the same.
@Suite struct SourceTests {
    /// A folder of the test's own, with the log written into it by the static writer.
    private final class Export: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
        let log: MadeLog

        init(_ size: Int) throws {
            log = try MadeLog(size)
            var writer = try StaticLogWriter(folder: url.path())
            _ = try writer.write(log) { _, _ in }
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func place(_ name: String) -> URL { url.appending(path: name) }
    }

    /// The first tile of a level.
    private static func tile(_ level: UInt8) -> LogFile {
        LogLayout.tiles.file(.tile(TileID(level: level, index: 0), width: 256))
    }

    /// Runs `body` with what a reader finds in the folder, and behind HTTP.
    private static func both(
        _ size: Int, _ body: (any LogSource, Export) async throws -> Void
    ) async throws {
        let export = try Export(size)
        try await body(LogFolder(path: export.url.path()), export)
        let log = export.log
        try await StubServer.run { request in
            let path = String(request.path.dropFirst("/prefix/".count))
            guard let bytes = try? log.file(path) else { return .whole(404) }
            guard request.fields["accept-encoding"] == "gzip" else {
                return .whole(200, [:], bytes)
            }
            return .whole(200, ["Content-Encoding": "gzip"], GzipDeflater.deflated(bytes))
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)/prefix"), options: .patient)
            try await body(LogService(caller), export)
            await caller.close()
        }
    }

    /// A copy may be renewed by a link that leads to another folder from then on.
    @Test func aFolderIsAnotherOneOnlyWhenItIsRenewed() async throws {
        let (old, new) = (try Export(5), try Export(300))
        let place = FileManager.default.temporaryDirectory.appending(path: "link-\(UUID())")
        let link = place.path()
        defer { try? FileManager.default.removeItem(atPath: link) }
        func lead(to export: URL) throws {
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) != nil {
                try FileManager.default.removeItem(atPath: link)
            }
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: export.path())
        }
        try lead(to: old.url)
        let folder = try RenewedFolder(path: link)
        let path = StaticLayout.checkpoint
        let file = LogLayout.tiles.file(.checkpoint)
        let limit = LogLimits.checkpointBytes
        let first = try await folder.bytes(of: file, limit: limit)
        #expect(first == Array(try Data(contentsOf: old.place(path))))
        try lead(to: new.url)
        #expect(try await folder.bytes(of: file, limit: limit) == first)
        folder.renew()
        let second = try await folder.bytes(of: file, limit: limit)
        #expect(second == Array(try Data(contentsOf: new.place(path))) && second != first)
        #expect(folder.location(of: path) == "\(link)/checkpoint")
        // A link that leads nowhere is an error, and no log without files.
        try lead(to: new.place("none"))
        folder.renew()
        await #expect(throws: LogError.self) { try await folder.bytes(of: file, limit: limit) }
        try lead(to: old.url)
        folder.renew()
        #expect(try await folder.bytes(of: file, limit: limit) == first)
    }

    @Test(arguments: [1, 256, 600])
    func bothShowTheSame(size: Int) async throws {
        try await Self.both(size) { source, export in
            let log = export.log
            let tree = try await TiledLog(source, trust: log.trust).newest()
            var seen = 0
            try await tree.verify { index, leaf, manifest in
                #expect(leaf == log.leaves[Int(index)])
                #expect(manifest == leaf)
                seen += 1
            }
            #expect(seen == size)
            let proof = try await tree.inclusionProof(of: UInt64(size - 1))
            #expect(proof.root(from: .leaf(log.leaves[size - 1])) == log.root(size))
            #expect(try await source.bytes(of: Self.tile(7), limit: 9_000) == nil)
        }
    }

    // MARK: - Folders

    /// A pipe would be waited for, a link leads elsewhere, a folder is none.
    @Test(arguments: ["pipe", "link", "folder"])
    func whatIsNoFileIsNotRead(kind: String) async throws {
        let export = try Export(300)
        let place = export.place("tile/0/000")
        let saved = export.place("saved")
        try FileManager.default.moveItem(at: place, to: saved)
        switch kind {
        case "pipe": #expect(unsafe mkfifo(place.path(), 0o600) == 0)
        case "link":
            try FileManager.default.createSymbolicLink(at: place, withDestinationURL: saved)
        default:
            try FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: false)
        }
        let tree = try await TiledLog(LogFolder(path: export.url.path()), trust: export.log.trust)
            .newest()
        do {
            _ = try await tree.leafHash(at: 0)
            Issue.record("it was read")
        } catch {
            guard case .file(let error, let part) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.path.hasSuffix("tile/0/000"))
            #expect(part == Self.tile(0).part)
        }
    }

    @Test func aFolderThatIsNotThereIsNoLog() throws {
        #expect(throws: LogError.self) { try LogFolder(path: "/nonexistent/log") }
    }

    // MARK: - Services

    /// Each answer says whether there is nothing, or nobody knows.
    @Test(arguments: [(404, true), (410, true), (403, false), (500, false), (301, false)])
    func onlyAServiceThatSaysSoHasNothing(status: Int, isAbsent: Bool) async throws {
        try await StubServer.run { _ in
            .whole(status)
        } _: { server in
            var options = CallOptions.patient
            options.tries = 1
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: options)
            let source = LogService(caller)
            let checkpoint = LogLayout.tiles.file(.checkpoint)
            if isAbsent {
                #expect(try await source.bytes(of: checkpoint, limit: 9) == nil)
            } else {
                await #expect(throws: LogError.self) {
                    try await source.bytes(of: checkpoint, limit: 9)
                }
            }
            await caller.close()
        }
    }

    @Test func anAnswerOfMoreThanATileIsRefused() async throws {
        let long = [UInt8](repeating: 0, count: LogLimits.tileBytes + 1)
        try await StubServer.run { _ in
            .whole(200, [:], long)
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: .patient)
            do throws(LogError) {
                _ = try await LogService(caller).bytes(
                    of: Self.tile(0), limit: LogLimits.tileBytes)
                Issue.record("it was read")
            } catch {
                let path = "http://127.0.0.1:\(server.port)/tile/0/000"
                #expect(
                    error
                        == .tooLarge(
                            LogError.File(path: path, part: Self.tile(0).part),
                            limit: LogLimits.tileBytes))
            }
            await caller.close()
        }
    }

    // MARK: - Tiles on disk

    /// What is read back is verified again: a slot that somebody has changed is filled anew.
    @Test func tilesOnDiskAreVerifiedAgain() async throws {
        let log = try MadeLog(256 * 20 + 5)
        let folder = FileManager.default.temporaryDirectory.appending(path: "tiles-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        func asked() async throws -> [String] {
            let source = Shown(log)
            let cache = TileCache(folder: try TileFolder(path: folder.path(), slotCount: 16))
            let tree = try await TiledLog(source, trust: log.trust, cache: cache).newest()
            for tile in 0..<8 as Range<UInt64> {
                #expect(
                    try await tree.leafHash(at: 256 * tile) == .leaf(log.leaves[256 * Int(tile)]))
            }
            return source.takeAsked().filter { !$0.contains(".p/") && $0 != "checkpoint" }
        }
        let all = (0..<8).map { "tile/0/00\($0)" }
        #expect(try await asked() == all)
        #expect(try await asked() == [])
        // A byte, a file that is cut, one that is too long, one that is gone.
        var bytes = try Data(contentsOf: folder.appending(path: "0"))
        bytes[77] ^= 1
        try bytes.write(to: folder.appending(path: "0"))
        try Data().write(to: folder.appending(path: "2"))
        try Data(count: 9_000).write(to: folder.appending(path: "4"))
        try FileManager.default.removeItem(at: folder.appending(path: "6"))
        #expect(try await asked() == ["tile/0/000", "tile/0/002", "tile/0/004", "tile/0/006"])
        #expect(try await asked() == [])
    }

    @Test func aFolderOfTilesDoesNotGrowBeyondItsSlots() async throws {
        let log = try MadeLog(256 * 20)
        let folder = FileManager.default.temporaryDirectory.appending(path: "tiles-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cache = TileCache(
            tileCount: 2, folder: try TileFolder(path: folder.path(), slotCount: 4))
        let tree = try await TiledLog(Shown(log), trust: log.trust, cache: cache).newest()
        for tile in 0..<20 as Range<UInt64> { _ = try await tree.leafHash(at: 256 * tile) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(names.sorted() == ["0", "1", "2", "3"])
    }
}
