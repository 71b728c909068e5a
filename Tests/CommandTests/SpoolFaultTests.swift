import Foundation
import TestSupport
import Testing

/// A spool whose commands are killed, or whose disk fails, at each call that changes it in turn.
///
/// After each, the same command is run again. In the end every number is there once, in an unbroken
/// chain, each work has one record, and nothing that was answered is lost.
@Suite(.enabled(if: Preload.isPossible, "needs gcc"))
struct SpoolFaultTests {
    private let shop: Workshop
    private let plan: URL
    private let faults: Preload

    init() async throws {
        shop = try await Workshop()
        plan = shop.url("plan")
        faults = try await Preload("failing-call", "FAILING_CALL", file: plan, in: shop)
        try await shop.makeSpool()
    }

    /// Calls of one `sign --spool` that change a disk: two locks, and four files of six to eight.
    private static let leastCalls = 25
    private static let mostCalls = 60

    /// The calls that the last command made that change a disk, and its answer.
    private func calls() throws -> [String] {
        String(decoding: try shop.bytes("plan.calls"), as: UTF8.self)
            .split(separator: "\n").map { String($0) }
    }

    private func seal(_ work: String, failing: Bool) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["sign", "--spool", "outbox", work, "--creator", "Ana", "--title", "T", "--json"],
            in: shop.folder, environment: failing ? faults.environment : [:])
    }

    /// Seals one work after the other, the first failing at its call 1, the next at 2, and so on
    /// until a command makes fewer calls than that; returns what was answered.
    private func sealAll(_ action: String) async throws -> [[String: Any]] {
        var answered: [[String: Any]] = []
        for call in 1...Self.mostCalls {
            let work = "work-\(call).txt"
            try shop.write("work \(call)", to: work)
            try shop.write("\(action) \(call)", to: "plan")
            let first = try await seal(work, failing: true)
            answered += first.objects
            let isKilled = action == "kill" && first.isKilled
            #expect(isKilled || [0, 2, 3].contains(first.status), "\(call): \(first.words)")
            if first.isKilled || first.status != 0 {
                let second = try await seal(work, failing: false)
                answered += second.objects
                // It is refused where the first had sealed the work: the copy is there now.
                let isThere = second.status == 2 && second.words.contains("exists already")
                #expect(second.status == 0 || isThere, "\(call): \(second.words)")
            }
            if try calls().count < call {
                #expect(call > Self.leastCalls, "the calls of a command are not seen")
                return answered
            }
        }
        Issue.record("a command made more than \(Self.mostCalls) calls")
        return answered
    }

    @Test(arguments: ["kill", "fail", "full"])
    func everyNumberIsUsedOnceWhereverACommandEnds(action: String) async throws {
        let answered = try await sealAll(action)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shop.url("outbox/pending").path()
        ).sorted()
        // The numbers, without a gap: no file that was left half done lies among them.
        let numbers = names.compactMap { Int($0.prefix(10)) }
        #expect(numbers == Array(0..<names.count), "\(names)")
        let works = names.map { $0.dropFirst(11) }
        #expect(Set(works).count == works.count, "a work is there twice: \(names)")
        for object in answered {
            let number = try #require(object["number"] as? Int)
            let sealed = try shop.bytes("outbox/pending/\(names[number])")
            let path = try #require(object["colophon"] as? String)
            #expect(try shop.bytes(path) == sealed)
        }
        let status = try await shop.colophon("spool", "status", "outbox", "--json")
        let object = try #require(status.objects.first, "\(status.words)")
        #expect(object["faultCount"] as? Int == 0, "\(object)")
        #expect(object["next"] as? Int == names.count)
    }

    /// A process that is killed loses nothing that it wrote; a machine that loses power does.
    @Test func everythingIsSyncedBeforeTheAnswer() async throws {
        try shop.write("none 0", to: "plan")
        try shop.write("pixels", to: "photo.jpg")
        let sealed = try await seal("photo.jpg", failing: true)
        #expect(sealed.status == 0, "\(sealed.words)")
        let steps = try calls().filter { call in
            ["fsync", "rename", "link", "answer"].contains { call.hasPrefix($0) }
        }
        #expect(
            steps == [
                "fsync file", "rename 0000000000", "fsync folder",
                "fsync file", "link 0000000000-photo.jpg.colophon", "fsync folder",
                "fsync file", "link photo.jpg.colophon", "fsync folder",
                "fsync file", "rename tip", "fsync folder", "answer",
            ])
    }

    /// Registered records can go, and others be sent, while there is no room for a tip.
    @Test func aFullDiskDoesNotShutTheSpool() async throws {
        try shop.write("pixels", to: "photo.jpg")
        let tip = try shop.bytes("outbox/tip")
        let sealed = try await seal("photo.jpg", failing: false)
        #expect(sealed.status == 0, "\(sealed.words)")
        try Data(tip).write(to: shop.url("outbox/tip"))
        try shop.write("full 1", to: "plan")
        let pruned = try await Program.run(
            "colophon", ["spool", "prune", "outbox", "--older-than", "0s"], in: shop.folder,
            environment: faults.environment)
        #expect(pruned.status == 0, "\(pruned.words)")
        try shop.write("more", to: "other.jpg")
        let other = try await seal("other.jpg", failing: true)
        #expect(other.status == 3, "\(other.words)")
        #expect(other.words.components(separatedBy: "no space left").count == 2, "\(other.words)")
        #expect(
            try await seal("other.jpg", failing: false).objects.first?["number"] as? Int == 1)
    }

    /// Runs `arguments` again and again, killed at call 1, at call 2, and so on, each time once more
    /// to its end, until a run makes fewer calls.
    private func killAtEachCall(
        _ arguments: (Int) -> [String], before: (Int) async throws -> Void = { _ in },
        after: (Int, Program.Outcome) async throws -> Void
    ) async throws -> Int {
        for call in 1...100 {
            try await before(call)
            try shop.write("kill \(call)", to: "plan")
            let first = try await Program.run(
                "colophon", arguments(call), in: shop.folder, environment: faults.environment)
            let second = try await Program.run("colophon", arguments(call), in: shop.folder)
            try await after(call, second)
            if !first.isKilled { return call }
        }
        throw FixtureError.unexpected("a command makes more than 100 calls")
    }

    @Test func anInitThatWasKilledIsRunAgain() async throws {
        let calls = try await killAtEachCall { call in
            [
                "spool", "init", "spool-\(call)", "--key", "berlin.pem", "--issuer",
                Workshop.berlin, "--ledger", "https://ledger.example/prints", "--without-trust",
            ]
        } after: { call, outcome in
            let isThere = outcome.words.contains("is a spool already")
            #expect(outcome.status == 0 || isThere, "\(call): \(outcome.words)")
            let status = try await shop.colophon("spool", "status", "spool-\(call)", "--json")
            #expect(status.status == 0, "\(status.output) \(status.words)")
        }
        #expect(calls > Self.leastCalls)
    }

    /// Each adoption ends the chain of one record more, and every record stays.
    @Test func anAdoptionThatWasKilledIsRunAgain() async throws {
        let calls = try await killAtEachCall { _ in
            ["spool", "adopt", "outbox", "--new-chain"]
        } before: { call in
            try shop.write("work \(call)", to: "work-\(call).txt")
            let sealed = try await seal("work-\(call).txt", failing: false)
            #expect(sealed.objects.first?["number"] as? Int == 0, "\(sealed.words)")
        } after: { call, outcome in
            #expect(outcome.status == 0, "\(call): \(outcome.words)")
        }
        #expect(calls > 10)
        let status = try await shop.colophon("spool", "status", "outbox", "--json")
        let object = try #require(status.objects.first, "\(status.words)")
        #expect(object["faultCount"] as? Int == 0, "\(object)")
        #expect((object["pending"] as? [String: Any])?["count"] as? Int == calls)
    }

    @Test func twoCommandsAtOnceShareTheNumbers() async throws {
        let works = (0..<100).map { "work-\($0).txt" }
        for work in works { try shop.write(work, to: work) }
        let arguments = ["sign", "--spool", "outbox", "--creator", "Ana", "--title", "T"]
        async let one = Program.run("colophon", arguments + works[..<50], in: shop.folder)
        async let two = Program.run("colophon", arguments + works[50...], in: shop.folder)
        for outcome in [try await one, try await two] {
            #expect(outcome.status == 0, "\(outcome.words)")
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shop.url("outbox/pending").path())
        #expect(names.compactMap { Int($0.prefix(10)) }.sorted() == Array(0..<100))
        let status = try await shop.colophon("spool", "status", "outbox", "--json")
        #expect(status.objects.first?["faultCount"] as? Int == 0, "\(status.output)")
    }
}
