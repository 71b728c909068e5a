import Encoding
import Foundation
import Manifests
import Testing

@Suite struct ManifestTimestampTests {
    /// Seconds as `date --date=TIME +%s` gives them.
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("1970-01-01T00:00:01.5Z", 1, 500_000_000),
            ("1969-12-31T23:59:59.000000001Z", -1, 1),
            ("2026-10-02T14:10:00+02:00", 1_790_943_000, 0),
            ("2026-10-02T12:10:00Z", 1_790_943_000, 0),
            ("2026-10-02T14:10:00-02:30", 1_790_959_200, 0),
            ("2000-02-29T12:00:00Z", 951_825_600, 0), ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
            ("1900-03-01T00:00:00Z", -2_203_891_200, 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
            ("2026-10-02T00:00:00-00:00", 1_790_899_200, 0),
            ("2026-10-02T00:00:00+23:59", 1_790_812_860, 0),
        ] as [(Text, Int64, Int64)])
    func timesMeanTheirMoment(text: Text, seconds: Int64, nanoseconds: Int64) throws {
        let time = try #require(Timestamp(text))
        #expect(time.seconds == seconds)
        #expect(time.nanoseconds == nanoseconds)
    }

    @Test(
        arguments: [
            "", "2026", "2026-10-02", "2026-10-02T14:10Z", "2026-10-02 14:10:00Z",
            "2026-10-02t14:10:00Z", "2026-10-02T14:10:00z", "2026-10-02T14:10:00",
            "20261002T141000Z",
            "2026-10-02T14:10:60Z", "2026-10-02T14:10:61Z", "2026-10-02T24:00:00Z",
            "2026-10-02T14:60:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z", "2026-10-02T14:10:00.Z", "2026-10-02T14:10:00.0123456789Z",
            "2026-10-02T14:10:00,5Z", "2026-10-02T14:10:00+2:00", "2026-10-02T14:10:00+0200",
            "2026-10-02T14:10:00+24:00", "2026-10-02T14:10:00+02:60", "2026-10-02T14:10:00+02",
            "2026-10-02T14:10:00ZZ", " 2026-10-02T14:10:00Z", "2026-10-02T14:10:00Z ",
            "+2026-10-02T14:10:00Z", "2026-10-02T14:10:0٠Z", "2026-1-02T14:10:00Z",
            "2026-10-02T14:10:00−02:00",
        ] as [Text])
    func anyOtherFormIsNoTime(text: Text) {
        #expect(Timestamp(text) == nil)
    }

    /// Each day of 1200 years against Foundation's proleptic Gregorian calendar.
    @Test func everyDayIsTheOneTheCalendarHas() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: Int64(-141_000), through: 300_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day * 86_400 + 3_723))
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = String(
                format: "%04d-%02d-%02dT01:02:03Z", parts.year ?? 0, parts.month ?? 0,
                parts.day ?? 0)
            #expect(Timestamp(seconds: day * 86_400 + 3_723).text == Text(expected))
        }
    }

    @Test(arguments: [-62_135_596_800, -1, 0, 951_782_400, 951_868_799, 253_402_300_799])
    func wholeSecondsReadBack(seconds: Int64) throws {
        let text = try #require(Timestamp(seconds: seconds).text)
        #expect(Timestamp(text) == Timestamp(seconds: seconds))
        #expect(text.utf8.count == 20)
    }

    @Test(arguments: [-62_135_596_801, 253_402_300_800, Int64.min, .max])
    func momentsOutsideTheYears1To9999HaveNoText(seconds: Int64) {
        #expect(Timestamp(seconds: seconds).text == nil)
    }

    @Test func timesCompareByMomentAndNotByText() throws {
        let early = try #require(Timestamp("2026-10-02T14:10:00.1+02:00"))
        let late = try #require(Timestamp("2026-10-02T12:10:00.2Z"))
        #expect(early < late)
        #expect(try #require(Timestamp("2026-10-02T14:10:00.10+02:00")) == early)
    }
}
