import Foundation
import Testing
import TestSupport

/// Nothing is lost and nothing entered twice, whatever is unplugged.
@Suite struct ResumeTests {
    private static let count = 300

    /// The program goes on by itself once the ledger is back.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aLedgerThatCrashesAmidABatchIsAskedForTheRest() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let names = (0..<Self.count).map { "work-\($0).txt" }
        for name in names { try shop.write(name, to: name) }
        let signed = try await Program.run(
            "colophon",
            ["sign", "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "A"]
                + ["--title", "T"] + names, in: shop.folder)
        try #require(signed.status == 0, "\(signed.words)")
        let before = try #require(try await ledger.size())

        let submit =
            ["submit", "--json", "--ledger", ledger.address] + names.map { $0 + ".colophon" }
        let submission = try RunningProgram("colophon", submit, in: shop.folder)
        try await eventually("a receipt is there") {
            try !submission.output.isEmpty || !submission.isRunning
        }
        try await ledger.crashAndRestart()
        var submitted = try await submission.end()
        if submitted.status == 3 {
            // Its tries take some seconds, and a ledger starts more slowly on a busy machine.
            try #require(submitted.words.contains("run the same command again later"))
            submitted = try await Program.run("colophon", submit, in: shop.folder)
        }
        #expect(submitted.status == 0, "\(submitted.words)")

        #expect(submitted.output.split(separator: "\n").count == Self.count)
        #expect(try await ledger.size() == before + Self.count)
        try await ledger.writeKit()
        let verdict = try await Program.run(
            "colophon", ["verify", "--trust", "trust", "--quiet"] + names, in: shop.folder)
        #expect(verdict.status == 0, "\(verdict.output)")
    }

    /// Each of them is made again on top of whoever was faster.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func administratorsAtTheSameTimeAllSucceed() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        let before = try #require(try await ledger.size())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask {
                    _ = try await ledger.shop.colophon("keygen", "--out", "\(number).pem")
                    try await ledger.add("\(number)", issuer: "https://pops.example/\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledger.size() == before + 3)
    }
}
