import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A clock that is set while the ledger serves: forward and back, by hours.
@Suite(
    .serialized,
    .enabled(
        if: Preload.isPossible, "needs gcc and glibc"))
struct ClockJumpTests {
    private static let hour: Int64 = 3600

    private let shop: Workshop
    private let clock: URL
    private let environment: [String: String]

    init() async throws {
        shop = try await Workshop()
        clock = shop.url("clock")
        try Data(repeating: 0, count: 8).write(to: clock)
        environment = try await Preload(
            "shifted-clock", "SHIFTED_CLOCK", file: clock, in: shop
        ).environment
    }

    /// Sets the server's clock: in place, for it has the file in its memory.
    private func set(_ hours: Int64) throws {
        let file = try FileHandle(forUpdating: clock)
        let offset = hours * Self.hour
        try file.write(
            contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: offset >> ($0 * 8)) }))
        try file.close()
    }

    private func get(_ path: String, from ledger: LedgerProcess) async throws -> String {
        let url = try #require(URL(string: ledger.address + path))
        let (body, _) = try await URLSession.shared.data(from: url)
        return String(decoding: body, as: UTF8.self)
    }

    /// Waits until the newest entry is listed under its issuer: lists are written by a thread that
    /// waits now and then.
    private func waitForList(of entry: String, in ledger: LedgerProcess) async throws {
        try await eventually("\(entry) is listed") {
            try await get("/threads?iss=\(Workshop.berlin)", from: ledger).contains(entry)
        }
    }

    @Test func statementsAreRegisteredWhileTheClockJumps() async throws {
        let ledger = try await LedgerProcess(in: shop, environment: environment)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let jumps: [Int64] = [0, 5, -5, 20, -20, 0, 7, -7, 1, 0]
        var records: [String] = []
        for (number, hours) in jumps.enumerated() {
            let name = "work-\(number).jpg"
            try shop.write("work \(number)", to: name)
            let entry = try await shop.signWork(name)
            try set(hours)
            let sent = try await ledger.colophon("submit", "\(name).colophon")
            #expect(sent.status == 0, "clock \(hours) h: \(sent.words)")
            try await waitForList(of: entry, in: ledger)
            records.append("\(name).colophon")
        }
        #expect(try await ledger.size() == 3 + jumps.count)
        // Behind by more than maxAhead: what is signed now is from the future there.
        try shop.write("early", to: "early.jpg")
        try await shop.signWork("early.jpg")
        try set(-30)
        let early = try await ledger.colophon("submit", "early.jpg.colophon")
        #expect(early.status == 1, "\(early.words)")
        #expect(early.words.contains("ahead of the ledger's clock"), "\(early.words)")
        try set(0)
        #expect(try await ledger.colophon("submit", "early.jpg.colophon").status == 0)
        // Nothing that was answered is lost, before and after a start at yet another time.
        for hours in [0, -3] as [Int64] {
            try set(hours)
            let again = try await Program.run(
                "colophon", ["submit"] + records, in: shop.folder,
                environment: ["COLOPHON_LEDGER": ledger.address])
            #expect(again.status == 0, "\(again.words)")
            #expect(try await ledger.size() == 4 + jumps.count)
            // Among what it checks: no head is older than the one before.
            let checked = try await Program.run(
                "colophond", ["fsck", "--data", "ledger", "--signatures"], in: shop.folder)
            #expect(checked.status == 0, "\(checked.output)\(checked.words)")
            try await ledger.crashAndRestart()
        }
        #expect(try await ledger.stop() == 0)
        let checked = try await Program.run(
            "colophond", ["fsck", "--data", "ledger", "--signatures"], in: shop.folder)
        #expect(checked.status == 0, "\(checked.output)\(checked.words)")
    }

    /// How long a client may take is counted by a clock that nobody sets.
    @Test(arguments: [9, -9] as [Int64])
    func aRequestInTheMiddleOfAJumpIsAnswered(hours: Int64) async throws {
        let ledger = try await LedgerProcess(in: shop, environment: environment)
        let port = try #require(URL(string: ledger.address)?.port)
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/\(port)
            printf 'GET /checkpoint HTTP/1.1\\r\\nHost: ledger.example\\r\\n' >&3
            echo half >&2
            read -r _
            printf 'Connection: close\\r\\n\\r\\n' >&3
            cat <&3
            """
        let client = try RunningProgram(
            "bash", ["-c", script], in: shop.folder, input: .pipe)
        try await client.says("half")
        try set(hours)
        // Others are answered at once.
        #expect(try await get("/checkpoint", from: ledger).contains(LedgerProcess.origin))
        try client.write("go\n".utf8)
        #expect(try await client.end().output.hasPrefix("HTTP/1.1 200"))
        #expect(try await ledger.stop() == 0)
    }
}
