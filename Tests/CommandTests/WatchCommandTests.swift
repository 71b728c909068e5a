import Foundation
import TestSupport
import Testing

/// `colophon spool watch`, as a person at a PoP runs it.
@Suite struct WatchCommandTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try await shop.makeSpool()
        try FileManager.default.createDirectory(
            at: shop.url("in"), withIntermediateDirectories: false)
        try shop.write(
            #"{"creator": "Ana Example", "title": "Estuary, {name}"}"#, to: "shoot.json")
    }

    private func watch(_ more: String...) async throws -> Program.Outcome {
        try await Program.run("colophon", arguments + more, in: shop.folder)
    }

    private var arguments: [String] {
        [
            "spool", "watch", "outbox", "--folder", "in", "--template", "shoot.json", "--settle",
            "500ms", "--json",
        ]
    }

    private func start() throws -> RunningProgram {
        try RunningProgram("colophon", arguments, in: shop.folder)
    }

    /// The records of the spool, in the order of their numbers.
    private func records() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.url("outbox/pending").path())
            .sorted()
    }

    private func signed(_ program: RunningProgram) throws -> Int {
        try program.output.count { $0 == UInt8(ascii: "\n") }
    }

    // MARK: - Once

    @Test func whatIsThereIsSignedAndTold() async throws {
        try shop.write("light", to: "in/one.jpg")
        try shop.write("more light", to: "in/two.jpg")
        try shop.write("", to: "in/empty.jpg")
        let done = try await watch("--once")
        #expect(done.status == 0, "\(done.words)")
        #expect(
            done.objects.map { $0["colophon"] as? String } == [
                "in/one.jpg.colophon", "in/two.jpg.colophon",
            ])
        #expect(done.objects.map { $0["number"] as? Int } == [0, 1])
        #expect(done.words.contains("is empty; skipped"), "\(done.words)")
        #expect(
            try records() == [
                "0000000000-one.jpg.colophon", "0000000001-two.jpg.colophon",
            ])
        let record = try await shop.predicate("in/one.jpg.colophon")["record"] as? [String: Any]
        #expect(record?["title"] as? String == "Estuary, one")
        // Nothing is new.
        let again = try await watch("--once")
        #expect(again.status == 0 && again.output.isEmpty, "\(again.words)")
        #expect(try records().count == 2)
    }

    /// Both seal into one spool, in turns; the watch knows the other's works too.
    @Test func whatASignBesideItHasSealedIsNotSignedAgain() async throws {
        let numbers = 0..<20
        try FileManager.default.createDirectory(
            at: shop.url("works"), withIntermediateDirectories: false)
        for number in numbers {
            try shop.write("dropped \(number)", to: "in/a\(number).jpg")
            try shop.write("signed \(number)", to: "works/b\(number).jpg")
        }
        async let watched = watch("--once")
        async let signed = shop.colophon(
            "sign", "--spool", "outbox", "works", "--title", "T", "--creator", "A")
        let ends = try await [watched, signed]
        #expect(ends.map(\.status) == [0, 0], "\(ends.map(\.words))")
        #expect(try records().count == 40)
        for number in numbers {
            try FileManager.default.copyItem(
                at: shop.url("works/b\(number).jpg"), to: shop.url("in/again\(number).jpg"))
        }
        let again = try await watch("--once")
        #expect(again.status == 0 && again.output.isEmpty, "\(again.words)")
        #expect(try records().count == 40)
    }

    @Test func aTemplateThatSaysTooMuchIsWrongUsage() async throws {
        try shop.write(#"{"creator": "Ana", "titel": "x"}"#, to: "shoot.json")
        let refused = try await watch("--once")
        #expect(refused.status == 2, "\(refused.words)")
        #expect(refused.words.contains("shoot.json") && refused.words.contains("titel"))
    }

    @Test func withoutACreatorNothingIsWatched() async throws {
        try shop.write(#"{"title": "x"}"#, to: "shoot.json")
        let refused = try await watch("--once")
        #expect(refused.status == 2)
        #expect(refused.words.contains("no creator is named"), "\(refused.words)")
    }

    @Test(arguments: ["outbox", ".", "outbox/watch"])
    func theSpoolAndTheFolderDoNotLieInEachOther(folder: String) async throws {
        let refused = try await shop.colophon(
            "spool", "watch", "outbox", "--folder", folder, "--template", "shoot.json", "--once")
        #expect(refused.status == 2)
        #expect(refused.words.contains("lie in each other"), "\(refused.words)")
    }

    @Test(arguments: ["0s", "100ms", "11m", "2"])
    func aSettleTimeOutsideItsRangeIsWrongUsage(time: String) async throws {
        let refused = try await watch("--settle", time)
        #expect(refused.status == 2)
        #expect(refused.words.contains("500ms to 10m"), "\(refused.words)")
    }

    // MARK: - On and on

    @Test func whatIsDroppedIsSignedUntilItIsToldToEnd() async throws {
        let watching = try start()
        _ = try await eventually("the folder is watched") {
            try shop.exists("outbox/watch/signed") ? true : nil
        }
        try shop.write("light", to: "in/photo.jpg.part")
        try FileManager.default.moveItem(
            at: shop.url("in/photo.jpg.part"), to: shop.url("in/photo.jpg"))
        try FileManager.default.createDirectory(
            at: shop.url("in/DCIM"), withIntermediateDirectories: false)
        try shop.write("other light", to: "in/DCIM/two.jpg")
        _ = try await eventually("both are signed") {
            try signed(watching) == 2 ? true : nil
        }
        let second = try await watch("--once")
        #expect(second.status == 3)
        #expect(second.words.contains("another watch"), "\(second.words)")
        let ended = try await watching.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        #expect(
            Set(ended.objects.compactMap { $0["file"] as? String }) == [
                "in/photo.jpg", "in/DCIM/two.jpg",
            ])
    }

    /// Killed again and again while it signs: each file has one record in the end, and no number
    /// is missing.
    @Test func aWatchThatIsKilledSignsNothingTwice() async throws {
        let count = 60
        for number in 0..<count { try shop.write("\(number)", to: "in/\(number).jpg") }
        for goal in [1, 7, 20] {
            let watching = try start()
            // On a busy machine one may sign them all before this looks.
            _ = try await eventually("\(goal) more are signed, or all") {
                try signed(watching) >= goal || self.records().count == count ? true : nil
            }
            _ = try await watching.end(by: SIGKILL)
        }
        // What a kill leaves without a record beside it is known by the spool alone.
        try FileManager.default.removeItem(at: shop.url("in/0.jpg.colophon"))
        let done = try await watch("--once")
        #expect(done.status == 0, "\(done.words)")
        let records = try records()
        #expect(records.count == count)
        #expect(records.map { Int($0.prefix(10)) } == Array(0..<count))
        #expect(Set(records.map { $0.dropFirst(11) }).count == count)
    }

    @Test func aFolderThatIsTakenAwayEndsTheWatch() async throws {
        let watching = try start()
        _ = try await eventually("the folder is watched") {
            try shop.exists("outbox/watch/signed") ? true : nil
        }
        try FileManager.default.removeItem(at: shop.url("in"))
        let ended = try await watching.end()
        #expect(ended.status == 3, "\(ended.words)")
        #expect(ended.words.contains("another folder now, or none"), "\(ended.words)")
    }
}
