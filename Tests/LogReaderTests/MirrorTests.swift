import Checkpoints
import Crypto
import Encoding
import Files
import Foundation
import LogReader
import Merkle
import TestSupport
import Testing

/// A mirror's folder has what the log has, and goes on where it was.
@Suite struct MirrorTests {
    private let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())

    @Test(arguments: [[1], [255, 256, 257], [3, 700], [600, 600], [256, 512, 3_000]])
    func eachRunLeavesTheFilesOfAnExport(sizes: [Int]) async throws {
        let log = try MadeLog(sizes.max() ?? 0, key: key)
        let bench = MirrorBench(log, size: sizes[0])
        let exported = MirrorBench(log)
        var old = 0
        for size in sizes {
            bench.shown.show(size: size)
            let report = try await bench.run()
            #expect((report.oldSize, report.size) == (UInt64(old), UInt64(size)))
            #expect((report.files == 0) == (old == size))
            #expect(report.refusedCount == 0 && report.missingManifests == 0)
            #expect(try await bench.verify() == UInt64(size))
            var writer = try StaticLogWriter(folder: exported.url.path())
            _ = try writer.write(MadeLog(size, key: key)) { _, _ in }
            #expect(try Self.log(bench) == Self.log(exported), "\(size)")
            old = size
        }
    }

    /// The files that are the log's: those of the rules of these tests are not an export's.
    private static func log(_ bench: MirrorBench) throws -> [String: [UInt8]] {
        try bench.files().filter { name, _ in
            name != StaticLayout.control && name != StaticLayout.receiptKeys
        }
    }

    @Test func aCopyOfACopyIsTheSame() async throws {
        let bench = MirrorBench(try MadeLog(1_000))
        try await bench.run()
        let second = MirrorBench(bench.log)
        try await second.run(from: LogFolder(path: bench.url.path()))
        #expect(try second.files() == bench.files())
    }

    @Test func tilesAreMadeOfTheLeavesAndNotFetched() async throws {
        let bench = MirrorBench(try MadeLog(1_000))
        try await bench.run()
        // The partial tiles at the border prove everything; the full ones of level 0 follow.
        #expect(
            bench.shown.asked.filter { $0.hasPrefix("tile/") && !$0.contains("entries") }.sorted()
                == ["tile/0/003.p/232", "tile/1/000.p/3"])
    }

    // MARK: - Cut runs

    @Test func aRunThatIsCutGoesOnAndFetchesNothingTwice() async throws {
        let bench = MirrorBench(try MadeLog(2_000))
        bench.shown.fail("tile/entries/005")
        await #expect(throws: LogError.self) { try await bench.run() }
        let names = try bench.files().keys
        #expect(names.contains("tile/entries/004") && !names.contains("checkpoint"))
        bench.shown.mend("tile/entries/005")
        _ = bench.shown.takeAsked()
        try await bench.run()
        let asked = bench.shown.takeAsked()
        for name in names where name.hasPrefix("tile/entries/") || name.hasPrefix("manifests/") {
            #expect(!asked.contains(name), "\(name) was fetched again")
        }
        #expect(try await bench.verify() == 2_000)
    }

    /// Whichever file cannot be had, the older checkpoint stands with all its files, and the next
    /// run comes to the end.
    @Test func aRunThatIsCutAnywhereLeavesTheOlderCheckpointWhole() async throws {
        let log = try MadeLog(900, key: key)
        let probe = MirrorBench(log, size: 300)
        try await probe.run()
        probe.shown.show(size: 900)
        _ = probe.shown.takeAsked()
        try await probe.run()
        let asked = Set(probe.shown.takeAsked()).filter { $0.hasPrefix("tile/") }
        #expect(asked.count > 4)
        for path in asked.sorted() {
            let bench = MirrorBench(log, size: 300)
            try await bench.run()
            bench.shown.show(size: 900)
            bench.shown.fail(path)
            await #expect(throws: LogError.self, "\(path)") { try await bench.run() }
            #expect(try await bench.verify() == 300, "\(path)")
            try bench.requireOnlyTheLog(path)
            bench.shown.mend(path)
            try await bench.run()
            #expect(try await bench.verify() == 900, "\(path)")
        }
    }

    /// A kill is a run that ends between two files: each is there whole, or not at all.
    @Test func aRunThatIsKilledAfterAnyBundleGoesOn() async throws {
        struct Kill: Error {}
        let bench = MirrorBench(try MadeLog(1_500))
        for last in 1..<6 {
            var steps = 0
            await #expect(throws: Kill.self) {
                try await bench.run { _ in
                    steps += 1
                    if steps == last { throw Kill() }
                }
            }
            try bench.requireOnlyTheLog()
        }
        try bench.put([1, 2, 3], at: "tile/.colophon-0123456789abcdef.tmp")
        try await bench.run()
        #expect(try await bench.verify() == 1_500)
    }

    /// Also where nothing is new, and in folders that the run writes nothing to.
    @Test func whatAKillHasLeftOfAFileIsGoneAfterTheNextRun() async throws {
        let bench = MirrorBench(try MadeLog(1_500))
        try await bench.run()
        let whole = try bench.files()
        let folders = [
            "", "tile/", "tile/0/", "tile/0/005.p/", "tile/1/000.p/", "tile/entries/",
            "tile/entries/005.p/", "manifests/", "manifests/005.p/",
        ]
        for folder in folders {
            try bench.put([1, 2, 3], at: folder + ".colophon-0123456789abcdef.tmp")
        }
        let memory = URL(filePath: bench.url.path() + ".files.tmp")
        try Data([1]).write(to: memory)
        try await bench.run()
        #expect(try bench.files() == whole)
        #expect(throws: CocoaError.self) { try memory.checkResourceIsReachable() }
    }

    @Test func partialFilesOfARunThatWasCutDoNotStay() async throws {
        let bench = MirrorBench(try MadeLog(1_500), size: 300)
        try await bench.run()
        bench.shown.show(size: 700)
        // All of it was copied, and the checkpoint was not reached.
        struct Kill: Error {}
        await #expect(throws: Kill.self) {
            try await bench.run { if $0.done == $0.total { throw Kill() } }
        }
        #expect(try bench.files().keys.contains("tile/entries/002.p/188"))
        bench.shown.show(size: 1_500)
        try await bench.run()
        let partials = try bench.files().keys.filter { $0.contains(".p/") }.sorted()
        #expect(
            partials == [
                "manifests/001.p/44", "manifests/005.p/220", "tile/0/001.p/44",
                "tile/0/005.p/220", "tile/1/000.p/1", "tile/1/000.p/5", "tile/entries/001.p/44",
                "tile/entries/005.p/220",
            ])
    }

    @Test func twoMirrorsDoNotWriteOneFolder() async throws {
        let bench = MirrorBench(try MadeLog(10))
        let mirror = try LogMirror(folder: bench.url.path())
        await #expect(throws: StaticLogError.self) { try await bench.run() }
        withExtendedLifetime(mirror) {}
    }

    // MARK: - What is damaged on the disk

    @Test func whatIsDamagedInTheCopyIsMended() async throws {
        let log = try MadeLog(1_000)
        let bench = MirrorBench(log)
        try await bench.run()
        let whole = try bench.files()
        let names = whole.keys.filter { $0.hasPrefix("tile/") || $0.hasPrefix("manifests/") }
        for name in names.sorted() {
            for damage in [[], Array((whole[name] ?? []).reversed()), nil] as [[UInt8]?] {
                if let damage {
                    try bench.put(damage, at: name)
                } else {
                    try FileManager.default.removeItem(at: bench.url.appending(path: name))
                }
                _ = bench.shown.takeAsked()
                let report = try await bench.run(again: true)
                #expect(report.files == 1, "\(name)")
                #expect(try bench.files() == whole, "\(name)")
                let asked = bench.shown.takeAsked().filter { !$0.hasPrefix("anchors/") }
                // The tiles at the border prove each other, so all of them are asked for again.
                var allowed: Set = [name, "checkpoint"]
                if name.hasPrefix("tile/"), !name.contains("entries"), name.contains(".p/") {
                    allowed.formUnion(["tile/0/003.p/232", "tile/1/000.p/3"])
                }
                #expect(Set(asked).isSubset(of: allowed), "\(name): \(asked)")
            }
        }
    }

    @Test func anotherLogsFolderAndSomebodyElsesAreLeftAlone() async throws {
        let bench = MirrorBench(try MadeLog(5))
        try FileManager.default.createDirectory(at: bench.url, withIntermediateDirectories: true)
        try bench.put([1], at: "letter")
        await #expect(throws: StaticLogError.self) { try await bench.run() }
        #expect(try bench.files() == ["letter": [1]])
    }
}
