import Settings
import Testing

/// Lengths of time as people write them.
@Suite struct TimeSpanTests {
    @Test(
        arguments: [
            ("0s", .zero, "0s"), ("500ms", .milliseconds(500), "500ms"), ("2s", .seconds(2), "2s"),
            ("1000ms", .seconds(1), "1s"), ("120s", .seconds(120), "2m"),
            ("5m", .seconds(300), "5m"),
            ("2h", .seconds(7200), "2h"), ("90m", .seconds(5400), "90m"),
            ("30d", .seconds(30 * 86_400), "720h"),
        ] as [(String, Duration, String)])
    func aNumberAndItsUnitIsRead(text: String, duration: Duration, shown: String) {
        #expect(TimeSpan(text)?.duration == duration)
        #expect(TimeSpan(text)?.description == shown)
    }

    @Test(arguments: [
        "", "2", "s", "-1s", "1.5s", "2 s", "2w", "٢s", "99999999h", "1000001d", "1s2",
    ])
    func anythingElseIsNone(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test func aSettingNamesWhereItsTimeCameFrom() async throws {
        let table = SettingsTable(
            settings: [Setting("wait", variable: "WAIT", fallback: "2s", summary: "a time")],
            defaultFiles: [], fileVariable: "CONFIG")
        func read(_ text: String?) async throws -> Duration? {
            try await Settings(table, flags: ["wait": text], environment: [:])
                .duration("wait", in: .seconds(1) ... .seconds(60))
        }
        #expect(try await read(nil) == .seconds(2))
        #expect(try await read("1m") == .seconds(60))
        let wrong = await #expect(throws: SettingsError.self) { try await read("soon") }
        #expect(wrong.map { "\($0)" }?.contains("--wait") == true)
        let long = await #expect(throws: SettingsError.self) { try await read("2m") }
        #expect(long.map { "\($0)" }?.contains("1s to 1m") == true)
    }
}
