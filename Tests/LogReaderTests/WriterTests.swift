import Checkpoints
import Crypto
import Encoding
import Foundation
import LogReader
import Merkle
import TestSupport
import Testing

extension MadeLog: StaticLogContent {
    var note: [UInt8] {
        // A log that a test has made has a checkpoint that can be signed.
        (try? note(nil)) ?? []
    }

    func root(size: UInt64) throws -> Hash { root(Int(size)) }

    func tile(_ id: TileID, width: Int) throws -> [UInt8] {
        try found(try file(TilePath.tile(id, width: width).description), "a tile")
    }

    func entries(_ index: UInt64, width: Int) throws -> [UInt8] {
        try found(try file(TilePath.entries(index: index, width: width).description), "a bundle")
    }

    func manifests(_ index: UInt64, width: Int) throws -> [UInt8] {
        try found(try file(StaticLayout.manifests(index, width: width)), "manifests")
    }

    func bundlesErased(since size: UInt64) throws -> Set<UInt64> { [] }

    func control() throws -> [UInt8] { [0x41, 0x00] }

    func receiptKeys() throws -> [UInt8] { [0x80] }
}

/// A log as files: each run writes what is new, and a reader finds all of it at any moment.
@Suite struct WriterTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
    private let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())

    private func write(_ size: Int, fork: Int = .max) throws -> StaticLogWriter.Summary {
        var writer = try StaticLogWriter(folder: folder.path())
        return try writer.write(MadeLog(size, fork: fork, key: key)) { _, _ in }
    }

    private func verify() async throws -> UInt64 {
        let log = try MadeLog(0, key: key)
        let tree = try await TiledLog(LogFolder(path: folder.path()), trust: log.trust).newest()
        try await tree.verify()
        return tree.size
    }

    @Test(arguments: [[1], [255, 256, 257], [3, 700], [600, 600], [256, 512, 3_000]])
    func eachRunLeavesTheWholeLog(sizes: [Int]) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var old = 0
        for size in sizes {
            let summary = try write(size)
            #expect((summary.oldSize, summary.size) == (UInt64(old), UInt64(size)))
            #expect((summary.files == 0) == (old == size))
            #expect(try await verify() == UInt64(size))
            old = size
        }
    }

    /// Whoever has just read the older checkpoint finds its partial files for one more run.
    @Test func theOlderCheckpointIsReadableForOneMoreRun() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try write(300)
        let log = try MadeLog(0, key: key)
        let older = try await TiledLog(LogFolder(path: folder.path()), trust: log.trust).newest()
        _ = try write(310)
        try await older.verify()
        _ = try write(320)
        await #expect(throws: LogError.self) { try await older.verify() }
        #expect(try await verify() == 320)
    }

    @Test func whatAKillHasLeftOfAFileIsGoneAfterTheNextRun() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try write(600)
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).sorted()
        for parent in ["", "tile/0", "tile/entries/002.p", "manifests", ".well-known"] {
            let left = "\(parent)/.colophon-0123456789abcdef.tmp"
            try Data([1]).write(to: folder.appending(path: left))
        }
        _ = try write(600)
        let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).sorted()
        #expect(after == before)
    }

    @Test(arguments: [(600, 500), (600, 600), (600, 599)])
    func aLogThatDoesNotExtendTheFolderIsNotWritten(size: Int, fork: Int) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try write(600)
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).sorted()
        for attempt in [{ try write(500) }, { try write(size, fork: fork - 1) }] {
            do {
                _ = try attempt()
                Issue.record("it was written")
            } catch let error as StaticLogError {
                guard case .occupied = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).sorted()
        #expect(after == before)
        #expect(try await verify() == 600)
    }

    @Test func aFolderOfSomebodyElseIsLeftAlone() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: folder.appending(path: "letter"))
        #expect(throws: StaticLogError.self) { try write(5) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["letter"])
    }
}
