import Foundation
import Testing

/// Nothing is lost and nothing entered twice, whatever is unplugged.
@Suite struct ResumeTests {
    private static let count = 300

    /// The program goes on by itself once the ledger is back.
    @Test(.timeLimit(.minutes(5)))
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

        let submission = Program.process(
            "colophon",
            ["submit", "--json", "--ledger", ledger.address]
                + names.map { $0 + ".colophon" }, in: shop.folder)
        try Data().write(to: shop.url("output"))
        submission.standardOutput = try FileHandle(forWritingTo: shop.url("output"))
        submission.standardError = FileHandle.nullDevice
        try submission.run()
        while try shop.bytes("output").isEmpty, submission.isRunning {
            try await Task.sleep(for: .milliseconds(2))
        }
        try await ledger.crashAndRestart()
        while submission.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        #expect(submission.terminationStatus == 0)

        let output = String(decoding: try shop.bytes("output"), as: UTF8.self)
        #expect(output.split(separator: "\n").count == Self.count)
        #expect(try await ledger.size() == before + Self.count)
        try await ledger.writeKit()
        let verdict = try await Program.run(
            "colophon", ["verify", "--trust", "trust", "--quiet"] + names, in: shop.folder)
        #expect(verdict.status == 0, "\(verdict.output)")
    }

    /// Each of them is made again on top of whoever was faster.
    @Test(.timeLimit(.minutes(5)))
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
