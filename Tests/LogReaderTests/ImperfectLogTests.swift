import Foundation
import LogReader
import Testing

/// A mirror of a log that lacks something, or of which something cannot be had, and a copy whose
/// disk has lost a part of a file.
@Suite struct ImperfectLogTests {
    /// How a source does not give a file.
    enum Refusal: CaseIterable, CustomTestStringConvertible {
        case notFound, failing

        var testDescription: String { self == .notFound ? "404" : "503" }

        func apply(to path: String, of bench: MirrorBench) {
            switch self {
            case .notFound: bench.shown.show(nil, at: path)
            case .failing: bench.shown.fail(path)
            }
        }
    }

    // MARK: - One file that cannot be had

    @Test(arguments: Refusal.allCases)
    func oneFileOfManifestsThatCannotBeHadStopsNothingAndIsAskedForAgain(
        refusal: Refusal
    ) async throws {
        let log = try MadeLog(900)
        let bench = MirrorBench(log)
        refusal.apply(to: "manifests/001", of: bench)
        for _ in 0..<2 {
            let report = try await bench.run()
            #expect(report.refused.map(\.name) == ["manifests/001"])
            #expect((report.missingManifests, report.firstMissing) == (256, 256))
            #expect(report.size == 900)
            let files = try bench.files()
            #expect(files["manifests/001"] == nil)
            for name in ["manifests/000", "manifests/002", "manifests/003.p/132"] {
                #expect(try files[name] == log.file(name), "\(name)")
            }
            #expect(try await bench.verify(manifests: false) == 900)
        }
        bench.shown.mend("manifests/001")
        _ = bench.shown.takeAsked()
        let mended = try await bench.run()
        #expect((mended.missingManifests, mended.refusedCount, mended.files) == (0, 0, 1))
        #expect(try await bench.verify() == 900)
        // Nothing but what was lacking was asked for.
        let asked = bench.shown.takeAsked().filter { $0.hasPrefix("manifests/") }
        #expect(asked == ["manifests/001"])
        _ = try await bench.run()
        #expect(!bench.shown.takeAsked().contains { $0.hasPrefix("manifests/") })
    }

    @Test(arguments: Refusal.allCases)
    func aFileOfEvidenceThatCannotBeHadCostsOnlyThatFile(refusal: Refusal) async throws {
        let bench = MirrorBench(try MadeLog(900))
        for path in ["anchors/000", "anchors/001"] { bench.shown.show([1], at: path) }
        refusal.apply(to: "anchors/001", of: bench)
        let report = try await bench.run()
        // That there is no evidence is usual.
        #expect(report.refused.map(\.name) == (refusal == .failing ? ["anchors/001"] : []))
        #expect(try bench.files()["anchors/000"] == [1])
        #expect(try bench.files()["anchors/001"] == nil)
        bench.shown.mend("anchors/001")
        bench.shown.show([1], at: "anchors/001")
        #expect(try await bench.run().refusedCount == 0)
        #expect(try bench.files()["anchors/001"] == [1])
    }

    @Test func evidenceThatIsNoneOrTooLargeIsNamedAndAskedForAgain() async throws {
        let bench = MirrorBench(try MadeLog(900))
        bench.shown.show([0xFF], at: "anchors/000")
        bench.shown.show([UInt8](repeating: 1, count: 33 << 20), at: "anchors/001")
        bench.shown.show([1], at: "anchors/002")
        for _ in 0..<2 {
            let report = try await bench.run()
            #expect(report.refused.map(\.name) == ["anchors/000", "anchors/001"])
            let files = try bench.files()
            #expect(files["anchors/000"] == nil && files["anchors/001"] == nil)
            #expect(files["anchors/002"] == [1])
        }
        for path in ["anchors/000", "anchors/001"] { bench.shown.show([2], at: path) }
        #expect(try await bench.run().refusedCount == 0)
        #expect(try bench.files()["anchors/000"] == [2])
        #expect(try bench.files()["anchors/001"] == [2])
    }

    /// A service that answers nothing of a kind keeps no run busy, and all of it comes later.
    @Test func afterSomeFilesThatCannotBeHadNoMoreAreAskedFor() async throws {
        let log = try MadeLog(256 * 40)
        let bench = MirrorBench(log)
        let names = (0..<40).map { "manifests/0" + ($0 < 10 ? "0\($0)" : "\($0)") }
        for name in names { bench.shown.fail(name) }
        let report = try await bench.run()
        #expect(report.refused.filter { $0.name.hasPrefix("manifests/") }.count == 40)
        #expect(report.missingManifests == 256 * 40)
        // Those that were on their way when the last of them failed come on top.
        let asked = bench.shown.takeAsked().filter { $0.hasPrefix("manifests/") }
        #expect(asked.count < 40, "\(asked.count)")
        for name in names { bench.shown.mend(name) }
        #expect(try await bench.run().missingManifests == 0)
        #expect(try await bench.verify() == 256 * 40)
    }

    // MARK: - A file that was cut

    @Test func aFileThatWasCutOrIsGoneIsSeenByTheNextRunAndMended() async throws {
        let log = try MadeLog(700)
        let bench = MirrorBench(log)
        try await bench.run()
        let whole = try bench.files()
        let names = whole.keys.filter { $0.hasPrefix("tile/") || $0.hasPrefix("manifests/") }
        for name in names.sorted() {
            for damage in [[], whole[name]?.dropLast(3), nil] as [ArraySlice<UInt8>?] {
                if let damage {
                    try bench.put(Array(damage), at: name)
                } else {
                    try FileManager.default.removeItem(at: bench.url.appending(path: name))
                }
                let report = try await bench.run()
                #expect((report.files, report.refusedCount) == (1, 0), "\(name)")
                #expect(try bench.files() == whole, "\(name)")
            }
        }
        // And where nothing was cut, no file is looked at or asked for.
        _ = bench.shown.takeAsked()
        #expect(try await bench.run().files == 0)
        #expect(!bench.shown.takeAsked().contains { $0.contains("entries") })
    }

    @Test(arguments: ["gone", "cut", "other", "older"])
    func aMirrorThatDoesNotKnowItsFilesLooksAtAllOfThem(memory: String) async throws {
        let log = try MadeLog(700)
        let bench = MirrorBench(log, size: 600)
        try await bench.run()
        let place = URL(filePath: bench.url.path() + ".files")
        let older = try Data(contentsOf: place)
        bench.shown.show(size: 700)
        try await bench.run()
        let whole = try bench.files()
        switch memory {
        case "gone": try FileManager.default.removeItem(at: place)
        case "cut": try older.dropLast(5).write(to: place)
        case "other": try Data("something else, of some length".utf8).write(to: place)
        default: try older.write(to: place)
        }
        let cut = ["tile/entries/000", "manifests/001", "manifests/002.p/188"]
        for name in cut { try bench.put(Array((whole[name] ?? []).dropLast()), at: name) }
        let report = try await bench.run()
        #expect(report.files == cut.count && report.refusedCount == 0)
        #expect(try bench.files() == whole)
    }

    // MARK: - The border bundle

    private func file(
        _ log: MadeLog, _ range: Range<Int>, without lost: Set<Int>
    ) -> [UInt8] {
        HostileMirrorTests.file(range.map { lost.contains($0) ? nil : log.leaves[$0] })
    }

    @Test func whatTheBorderBundleLackedComesWithAndWithoutNewEntries() async throws {
        let log = try MadeLog(320)
        let bench = MirrorBench(log, size: 300)
        let name = "manifests/001.p/44"
        bench.shown.show(file(log, 256..<300, without: [260, 270]), at: name)
        let first = try await bench.run()
        #expect((first.missingManifests, first.firstMissing) == (2, 260))
        // One of them is served now, without a new entry.
        bench.shown.show(file(log, 256..<300, without: [270]), at: name)
        #expect(try await bench.run().missingManifests == 1)
        #expect(try await bench.manifests(1)[4] == log.leaves[260])
        // And the other one with new entries, where the first is not served any more.
        bench.shown.show(size: 320)
        bench.shown.show(file(log, 256..<320, without: [260]), at: "manifests/001.p/64")
        let last = try await bench.run()
        #expect((last.missingManifests, last.refusedCount) == (0, 0))
        let kept = try await bench.manifests(1)
        #expect(kept[4] == log.leaves[260] && kept[14] == log.leaves[270])
    }

    @Test func whatIsErasedInTheBorderBundleGoesAndDoesNotComeBack() async throws {
        let log = try MadeLog(320)
        let bench = MirrorBench(log, size: 300)
        try await bench.run()
        bench.rules.erase(log.leaves[260])
        bench.shown.show(file(log, 256..<300, without: [260]), at: "manifests/001.p/44")
        #expect(try await bench.run().cleaned == 1)
        #expect(try await bench.manifests(1)[4] == nil)
        // A log that shows it still, in the file of another width.
        bench.shown.show(size: 320)
        let report = try await bench.run()
        #expect((report.missingManifests, report.refusedCount) == (0, 0))
        #expect(try await bench.manifests(1)[4] == nil)
        #expect(try await bench.manifests(1)[5] == log.leaves[261])
    }

    /// An entry whose manifest was withheld before it was erased lacks nothing afterwards.
    @Test func aManifestThatIsErasedIsNotMissingAnyMore() async throws {
        let log = try MadeLog(300)
        let bench = MirrorBench(log)
        bench.shown.show(file(log, 256..<300, without: [260]), at: "manifests/001.p/44")
        #expect(try await bench.run().missingManifests == 1)
        bench.rules.erase(log.leaves[260])
        #expect(try await bench.run().missingManifests == 0)
        #expect(try await bench.run().files == 0)
    }
}
