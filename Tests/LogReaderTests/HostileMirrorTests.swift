import Checkpoints
import Encoding
import Foundation
import LogReader
import Merkle
import TestSupport
import Testing

/// Whatever a source shows, nothing that is not proven stands in a copy.
@Suite struct HostileMirrorTests {
    /// Each file that a mirror asks for is changed in turn.
    @Test func nothingThatIsNotProvenIsWritten() async throws {
        let log = try MadeLog(700)
        let probe = MirrorBench(log)
        try await probe.run()
        var random = SeededRandom(for: "hostile mirror")
        let asked = Set(probe.shown.takeAsked()).filter {
            $0.hasPrefix("tile/") || $0.hasPrefix("manifests/")
        }
        for path in asked.sorted() {
            let whole = try #require(try log.file(path))
            var flipped = whole
            let place = Int.random(in: 0..<whole.count, using: &random)
            flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            for bad in [flipped, Array(whole.dropLast()), whole + [0], [], nil] as [[UInt8]?] {
                let bench = MirrorBench(log)
                bench.shown.show(bad, at: path)
                do throws(any Error) {
                    let report = try await bench.run()
                    // A wrong tile is made of the entries below it, where these are whole.
                    #expect(!path.hasPrefix("tile/entries/"), "\(path)")
                    #expect(report.refusedCount > 0 || report.missingManifests > 0, "\(path)")
                    #expect(try await bench.verify(manifests: false) == 700)
                    if path.hasPrefix("manifests/"), bad?.count != whole.count {
                        // What is no file of manifests is not copied as one without any.
                        #expect(try bench.files()[path] == nil, "\(path)")
                        #expect(report.refused.map(\.name) == [path], "\(path)")
                    }
                } catch {
                    #expect(error is LogError && !path.hasPrefix("manifests/"), "\(path)")
                    #expect(try bench.files()["checkpoint"] == nil)
                }
                if !path.hasPrefix("manifests/") { try bench.requireOnlyTheLog(path) }
                bench.shown.mend(path)
                try await bench.run(again: true)
                try bench.requireOnlyTheLog(path)
                #expect(try await bench.verify() == 700, "\(path) at \(place), \(random)")
            }
        }
    }

    @Test func aManifestThatItsEntryDoesNotNameIsNotWrittenAndSaid() async throws {
        let log = try MadeLog(300)
        let bench = MirrorBench(log)
        var manifests = log.leaves[..<256].map { Optional($0) }
        manifests[7] = Array("somebody else's".utf8)
        manifests[9] = nil
        bench.shown.show(Self.file(manifests), at: "manifests/000")
        let report = try await bench.run()
        #expect(report.refused.map(\.name) == ["manifests/000"])
        #expect(report.refused.first?.reason.contains("entry 7 ") == true)
        #expect((report.missingManifests, report.firstMissing) == (2, 7))
        let kept = try await bench.manifests(0)
        #expect(kept[7] == nil && kept[9] == nil && kept[8] == log.leaves[8])
        // What the copy has once stays, whatever the log shows later.
        bench.shown.mend("manifests/000")
        try await bench.run(again: true)
        bench.shown.show(Self.file(manifests), at: "manifests/000")
        let later = try await bench.run(again: true)
        #expect(later.refusedCount == 0 && later.files == 0)
        #expect(try await bench.manifests(0)[7] == log.leaves[7])
    }

    /// A file of manifests as anybody may make it.
    static func file(_ manifests: [[UInt8]?]) -> [UInt8] {
        manifests.flatMap { ($0.map { CBOR.bytes($0) } ?? .null).encoded() }
    }

    @Test func aSourceWithoutManifestsGivesACopyWithoutThem() async throws {
        let log = try MadeLog(300)
        let bench = MirrorBench(log)
        for path in ["manifests/000", "manifests/001.p/44", "manifests/001"] {
            bench.shown.show(nil, at: path)
        }
        let report = try await bench.run()
        #expect((report.missingManifests, report.refusedCount) == (300, 2))
        #expect(report.refused.map(\.reason) == ["is not there", "is not there"])
        #expect(try bench.files().keys.allSatisfy { !$0.hasPrefix("manifests/") })
        #expect(try await bench.verify(manifests: false) == 300)
        // And gets them once there are some.
        for path in ["manifests/000", "manifests/001.p/44"] { bench.shown.mend(path) }
        let later = try await bench.run()
        #expect(later.missingManifests == 0)
        #expect(try await bench.verify() == 300)
    }

    /// What is larger than is read ahead is read when it is due, and what is larger than a file may
    /// be is none.
    @Test func largeFilesOfManifestsAreCopiedToo() async throws {
        let log = try MadeLog(600) { index in
            Array("leaf \(index) ".utf8) + [UInt8](repeating: 1, count: 20_000)
        }
        let bench = MirrorBench(log)
        let report = try await bench.run()
        #expect(report.refusedCount == 0 && report.missingManifests == 0)
        #expect(try #require(try bench.files()["manifests/001"]).count > 5_000_000)
        #expect(try await bench.manifests(1)[3] == log.leaves[256 + 3])
    }

    @Test func wrongManifestsAreAskedForAgainBeforeTheyAreRefused() async throws {
        let log = try MadeLog(300)
        let bench = MirrorBench(log, patience: [.zero, .zero])
        bench.shown.show(Self.file(log.leaves[1..<257].map { $0 }), at: "manifests/000")
        bench.shown.mendWhenFresh("manifests/000")
        let report = try await bench.run()
        #expect(report.refusedCount == 0 && report.missingManifests == 0)
    }

    // MARK: - Evidence

    @Test func evidenceIsCopiedAsItIsAndRefusedByTheRules() async throws {
        let log = try MadeLog(700)
        let bench = MirrorBench(log)
        bench.shown.show([1, 2], at: "anchors/000")
        bench.shown.show([0xFF], at: "anchors/002")
        let report = try await bench.run()
        #expect(report.refused.map(\.name) == ["anchors/002"])
        let files = try bench.files()
        #expect(files["anchors/000"] == [1, 2] && files["anchors/002"] == nil)
    }

    @Test func evidenceThatComesLateIsCopiedByALaterRun() async throws {
        let log = try MadeLog(900)
        let bench = MirrorBench(log, size: 600)
        bench.shown.show([1], at: "anchors/000")
        try await bench.run()
        // A promise is kept, and an authority has answered late; no entry is new.
        bench.rules.promise([1])
        bench.shown.show([2], at: "anchors/000")
        bench.shown.show([3], at: "anchors/001")
        try await bench.run()
        var files = try bench.files()
        #expect(files["anchors/000"] == [2] && files["anchors/001"] == [3])
        // And what a source does not show any more stays.
        bench.shown.show(nil, at: "anchors/000")
        bench.shown.show(size: 900)
        try await bench.run()
        files = try bench.files()
        #expect(files["anchors/000"] == [2])
        #expect(try await bench.verify() == 900)
    }

    // MARK: - Erasures

    @Test func anErasureReachesEveryFileOfTheCopyWithoutANewEntry() async throws {
        let log = try MadeLog(310)
        let bench = MirrorBench(log, size: 300)
        try await bench.run()
        bench.shown.show(size: 310)
        try await bench.run()
        let names = try bench.files().keys.filter { $0.hasPrefix("manifests/") }.sorted()
        #expect(names == ["manifests/000", "manifests/001.p/44", "manifests/001.p/54"])
        // What a kill has left of a file that was being written has the bytes as well.
        let leftover = "manifests/001.p/.colophon-0123456789abcdef.tmp"
        try bench.put(log.leaves[260], at: leftover)
        for index in [20, 260] { bench.rules.erase(log.leaves[index]) }
        let report = try await bench.run()
        #expect(report.cleaned == 3)
        for (name, bytes) in try bench.files() where !name.hasPrefix("tile/entries/") {
            for index in [20, 260] {
                // With its length before it: another leaf may begin with the same words.
                let item = CBOR.bytes(log.leaves[index]).encoded()
                #expect(!Self.contains(bytes, item), "\(name) still has \(index)")
            }
        }
        #expect(try bench.files()[leftover] == nil)
        #expect(try await bench.manifests(1)[5] == log.leaves[261])
        // The log may show it for a moment still: it does not come back, and is no fault of its.
        let again = try await bench.run(again: true)
        #expect(again.files == 0 && again.refusedCount == 0 && again.missingManifests == 0)
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        Data(bytes).range(of: Data(part)) != nil
    }

    @Test func anErasureThatComesWithTheEntriesCountsForThoseThatWereJustCopied() async throws {
        let log = try MadeLog(900)
        let bench = MirrorBench(log)
        bench.rules.erase(log.leaves[40], byEntry: 800)
        let report = try await bench.run()
        #expect(report.cleaned == 1)
        #expect(try await bench.manifests(0)[40] == nil)
        #expect(try await bench.manifests(0)[41] == log.leaves[41])
        #expect(try await bench.run().files == 0)
    }

    @Test func aDamagedFileThatMayHoldWhatIsErasedIsCopiedAnewOrStopsTheRun() async throws {
        let log = try MadeLog(300)
        let bench = MirrorBench(log)
        try await bench.run()
        let damaged = [0x81] + log.leaves[20]
        try bench.put(damaged, at: "manifests/000")
        bench.rules.erase(log.leaves[20])
        // What takes its place cannot be had: it stays, and is said.
        bench.shown.fail("manifests/000")
        await #expect(throws: StaticLogError.self) { try await bench.run() }
        #expect(try bench.files()["manifests/000"] == damaged)
        bench.shown.mend("manifests/000")
        #expect(try await bench.run().refusedCount == 0)
        #expect(try await bench.manifests(0)[20] == nil)
        #expect(try await bench.manifests(0)[21] == log.leaves[21])
    }

    /// A copy that is stopped while it waits to ask again has seen a file wrong once: it refuses
    /// nothing, misses nothing, and leaves no checkpoint.
    @Test func aCopyThatIsStoppedAsItWaitsRefusesNothing() async throws {
        let bench = MirrorBench(try MadeLog(600))
        let path = StaticLayout.manifests(1, width: 256)
        bench.shown.show([0xFF], at: path)
        let (asks, asked) = AsyncStream.makeStream(of: Void.self)
        let source = WaitingSource(shown: bench.shown, path: path, asked: asked)
        let copy = Task { try await bench.run(from: source) }
        _ = await asks.first { _ in true }
        copy.cancel()
        await #expect(throws: LogError.self) { try await copy.value }
        let left = try bench.files()
        #expect(left["checkpoint"] == nil && left[path] == nil)
        bench.shown.mend(path)
        let report = try await bench.run()
        #expect(report.refused.isEmpty && report.missingManifests == 0 && report.size == 600)
    }
}
