import Checkpoints
import Encoding
import TestWitness
import Testing
import Witnessing

/// The file of the logs that a witness cosigns for.
@Suite struct KnownLogsTests {
    private func read(_ text: String) throws(KnownLogsError) -> KnownLogs {
        try KnownLogs(parsing: Array(text.utf8))
    }

    @Test func onlyLogLinesCount() throws {
        let log = try WatchedLog("log.example/one")
        let text = """
            # logs
            \t log \(log.key)  https://log.example/one

            witness w1 anything
            group g any w1
            quorum g

            """
        let logs = try read(text)
        #expect(logs.count == 1)
        #expect(logs.keys(of: "log.example/one") == [log.key])
        #expect(logs.keys(of: "log.example/two") == nil)
    }

    /// A list comes from any editor, as a policy does.
    @Test func aListOfAnotherSystemIsRead() throws {
        let (one, two) = (try WatchedLog("log.example/one"), try WatchedLog("log.example/two"))
        for end in ["\r\n", "\r", "\n"] {
            let lines = "\u{FEFF}# logs\n\(one.line)\(two.line)".replacing("\n", with: end)
            #expect(try read(lines).count == 2)
        }
        let error = #expect(throws: KnownLogsError.self) { try read("\u{FEFF}#\r\n\r\nlogs\r\n") }
        #expect(error?.line == 3)
        let wide = #expect(throws: KnownLogsError.self) {
            try KnownLogs(parsing: [0xFF, 0xFE, 0x23, 0, 0x0A, 0])
        }
        #expect(wide.map { "\($0)".contains("UTF-16") } == true)
    }

    @Test func tenThousandLogsAreRead() throws {
        let logs = try (0..<10_000).map { try WatchedLog(Text("log.example/\($0)")) }
        let known = try read(logs.map(\.line).joined())
        #expect(known.count == 10_000)
        #expect(known.keys(of: "log.example/9999") == [logs[9_999].key])
    }

    /// Each mistake is named with its line.
    @Test func mistakesAreNamed() throws {
        let (one, two) = (try WatchedLog("log.example"), try WatchedLog("log.example", seed: 2))
        let witness = try WitnessDesk.cosigner().verifierKey
        let table: [(String, Int?, String)] = [
            (one.line + "\n" + one.line, 3, "with this key"),
            (one.line + two.line + one.line, 3, "with this key"),
            ("logs \(one.key)\n", 1, "log, witness, group or quorum"),
            ("log\n", 1, "few or too many words"),
            ("# x\nlog \(witness)\n", 2, "the key of a witness"),
            ("log log.example+00000000+AAAA\n", 1, "cannot be read"),
            (one.line + "log \(one.key)", 2, "line feed"),
            ("#\n\u{1}\n", 2, "control character"),
            (try (0..<9).map { try WatchedLog("a.example", seed: $0).line }.joined(), 9, "keys"),
        ]
        for (text, line, words) in table {
            let error = #expect(throws: KnownLogsError.self, "\(words)") { try read(text) }
            #expect(error?.line == line, "\(words)")
            #expect(error.map { "\($0)".contains(words) } == true, "\(words)")
        }
    }
}
