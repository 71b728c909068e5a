import Encoding
import Foundation
import HTTPCalls
import Processes
import Studio
import TestPeer
import TestSupport
import Testing

/// A metric is exactly one number, and what gives none gives nothing.
@Suite struct MeasuringTests {
    @Test(
        arguments: [
            ("0", 0), ("5", 5), ("-3", -3), ("+7", 7), ("0.25", 0.25), ("1e3", 1_000),
            ("2.5E-2", 0.025), ("9007199254740991", 9_007_199_254_740_991),
        ] as [(String, Double)])
    func aNumberIsReadExactly(text: String, value: Double) throws {
        #expect(try #require(MetricNumber(text)).double == value)
    }

    @Test(
        arguments: [
            "", " ", "5 ", "NaN", "nan", "inf", "-Infinity", "0x10", "1_000", "1,5", ".5", "5.",
            "5%",
            "1e999", "9007199254740992", "٥", "--1", "1 2", String(repeating: "1", count: 65),
        ])
    func whatIsNotOneNumberIsNone(text: String) {
        #expect(MetricNumber(text) == nil)
    }

    @Test func comparatorsAreSignsOrTheWordsForThem() throws {
        let signs: [(String, String)] = [
            ("<", "lt"), ("<=", "le"), ("<=", "lte"), ("=", "eq"), ("=", "=="), ("!=", "ne"),
            (">=", "ge"), (">=", "gte"), (">", "gt"),
        ]
        for (sign, word) in signs {
            #expect(MetricComparator(sign) == MetricComparator(word))
        }
        #expect(MetricComparator("=<") == nil)
        let one = try #require(MetricNumber("1"))
        let two = try #require(MetricNumber("2.0"))
        let holding = MetricComparator.allCases.filter { comparator in
            MilestoneMetric(name: "n", unit: "", comparator: comparator, threshold: two).holds(one)
        }
        #expect(holding == [.less, .lessOrEqual, .notEqual])
    }

    @Test(
        arguments: [
            ("df -h", ["df", "-h"]), ("  df\t -h ", ["df", "-h"]), ("'a b' c", ["a b", "c"]),
            (#"a\ b"#, ["a b"]), (#""it's" 'say "x"'"#, ["it's", #"say "x""#]),
            (#"'a\b'"#, [#"a\b"#]), (#""a\"b""#, [#"a"b"#]), ("a''", ["a"]), ("a ''", ["a", ""]),
            ("a$HOME *.txt | rm;>x", ["a$HOME", "*.txt", "|", "rm;>x"]),
        ])
    func aCommandIsSplitByItsRulesAlone(line: String, words: [String]) throws {
        #expect(try CommandWords(line).words == words)
    }

    @Test func aLineThatIsNoCommandIsRefused() {
        let lines: [(String, CommandWordsError)] = [
            ("", .empty), ("  ", .empty), ("'' a", .empty), ("a 'b", .open), ("a \"b", .open),
            ("a\\", .open), ("a\0b", .zero),
            (String(repeating: "a ", count: 257), .tooMany(256)),
        ]
        for (line, error) in lines {
            #expect(throws: error) { try CommandWords(line) }
        }
    }

    private func value(
        _ line: String, time: Duration = Patience.bound
    ) async throws -> MetricNumber {
        try await MetricCommand(try CommandWords(line), time: time).value()
    }

    @Test func aProgramGivesTheOneNumberThatItPrints() async throws {
        #expect(try await value("echo 0.25").double == 0.25)
        #expect(try await value("/bin/sh -c 'echo; echo \" 7 \"'").double == 7)
    }

    @Test(
        arguments: [
            "echo", "echo 1 2", "echo 5%", "/bin/sh -c 'echo 5; exit 1'", "/bin/sh -c 'kill -9 $$'",
            "echo NaN", "/bin/sh -c 'echo 5 >&2'", "printf '\\377'", "head -c 5000 /dev/zero",
            "no-such-program-anywhere 5", "/etc/passwd", "/bin/cat",
        ])
    func whateverElseAProgramDoesGivesNothing(line: String) async throws {
        await #expect(throws: MeasuringError.self) { try await value(line) }
    }

    @Test func aProgramThatHangsIsGivenUp() async throws {
        for line in ["sleep 600", "/bin/sh -c 'echo 5; exec >&-; sleep 600'"] {
            let error = await #expect(throws: MeasuringError.self) {
                try await value(line, time: .milliseconds(50))
            }
            guard case .tooLong? = error else {
                Issue.record("\(line): \(String(describing: error))")
                return
            }
        }
    }

    @Test func whereItIsGivenUpAllThatTheProgramStartedIsKilled() async throws {
        let folder = try TemporaryFolder("metric")
        let numbers = folder.url("numbers").path()
        let script =
            "sleep 600 & echo $$ $! >'\(numbers).new'; mv '\(numbers).new' '\(numbers)'; wait"
        try folder.write(Array(script.utf8), to: "script")
        let line = "/bin/sh '\(folder.url("script").path())'"
        let work = Task { try await value(line) }
        let both = try await eventually("the program says who it is") {
            try folder.has("numbers")
                ? String(decoding: try folder.bytes("numbers"), as: UTF8.self)
                    .split(whereSeparator: { !$0.isNumber }).compactMap { Int32($0) } : nil
        }
        try #require(both.count == 2)
        work.cancel()
        await #expect(throws: MeasuringError.self) { try await work.value }
        try await eventually("both are gone") {
            both.allSatisfy { kill($0, 0) != 0 || Self.isZombie($0) }
        }
    }

    /// What has been killed, and whose parent has not looked at its end yet.
    private static func isZombie(_ number: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)
        return status?.contains("State:\tZ") ?? true
    }

    @Test func aProgramThatEndsLeavesNothingBehind() async throws {
        // The output is open in the child; its end is that of the program all the same.
        #expect(try await value("/bin/sh -c 'sleep 600 & echo 5'").double == 5)
    }

    // MARK: - Prometheus

    /// Asks a Prometheus that answers `body`.
    private func sample(
        _ body: String, status: Int = 200, now: UInt64 = 1_760_000_000
    ) async throws -> MetricNumber {
        try await StubServer.run { _ in
            .whole(status, [:], Array(body.utf8))
        } _: { server in
            try await PrometheusQuery(
                "http://127.0.0.1:\(server.port)/api/v1/query?query=refused%2Fall"
            ).value(now: now, time: Patience.bound)
        }
    }

    private static func vector(_ samples: String) -> String {
        #"{"status":"success","data":{"resultType":"vector","result":[\#(samples)]}}"#
    }

    private static let one = #"{"metric":{"job":"till"},"value":[1760000000.5,"0.25"]}"#

    @Test func oneSampleOfNowIsAValue() async throws {
        #expect(try await sample(Self.vector(Self.one)).double == 0.25)
        let scalar =
            #"{"status":"success","data":{"resultType":"scalar","result":[1760000000,"3"]}}"#
        #expect(try await sample(scalar).double == 3)
    }

    @Test(
        arguments: [
            "", "{}", vector(""), vector(one + "," + one),
            vector(one.replacing("0.25", with: "NaN")), vector(one.replacing("0.25", with: "+Inf")),
            vector(one.replacing("\"0.25\"", with: "0.25")),
            #"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
            #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, "<html>",
        ])
    func everyOtherAnswerIsNone(body: String) async throws {
        await #expect(throws: MeasuringError.self) { try await sample(body) }
    }

    @Test func anOldSampleARedirectAndARefusalAreNone() async throws {
        let good = Self.vector(Self.one)
        await #expect(throws: MeasuringError.self) { try await sample(good, now: 1_760_000_400) }
        await #expect(throws: MeasuringError.self) { try await sample(good, now: 1_759_999_600) }
        await #expect(throws: MeasuringError.self) { try await sample(good, status: 302) }
        await #expect(throws: MeasuringError.self) { try await sample(good, status: 404) }
        await #expect(throws: MeasuringError.self) {
            try await sample(String(repeating: " ", count: 70_000) + good)
        }
    }

    @Test func onlyThisMachineIsAskedWithoutTLS() throws {
        let wrong: [(String, PrometheusQueryError)] = [
            ("http://metrics.example/api/v1/query?query=up", .openWire),
            ("http://127.0.0.1:9090/api/v1/query", .noQuery),
            ("http://127.0.0.1:9090/api/v1/query?query=up#x", .characters),
            ("http://127.0.0.1:9090/api/v1/query?query=a b", .characters),
            ("127.0.0.1:9090/api/v1/query?query=up", .address(.scheme)),
        ]
        for (text, error) in wrong {
            #expect(throws: error) { try PrometheusQuery(text) }
        }
        _ = try PrometheusQuery("https://metrics.example/api/v1/query?query=up")
    }
}
