import Encoding
import Manifests
import Testing

/// Business hours are counted by the calendar, and nothing else counts.
@Suite struct BusinessHoursTests {
    private func time(_ text: String) throws -> UInt64 {
        UInt64(try #require(Timestamp(Text(text))).seconds)
    }

    /// 2026-11-27 is a Friday.
    @Test(
        arguments: [
            ("2026-11-27T09:00:00Z", "2026-11-27T17:00:00Z", 8 * 3_600),
            ("2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", 8 * 3_600),
            ("2026-11-27T16:59:59Z", "2026-11-30T09:00:01Z", 2),
            ("2026-11-28T00:00:00Z", "2026-11-30T09:00:00Z", 0),
            ("2026-11-23T00:00:00Z", "2026-12-07T00:00:00Z", 2 * 40 * 3_600),
            ("2026-11-27T12:00:00Z", "2026-11-27T12:00:00Z", 0),
            ("2026-11-27T12:00:00Z", "2026-11-27T11:00:00Z", 0),
            ("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z", 8 * 3_600),
            ("1970-01-03T00:00:00Z", "1970-01-05T00:00:00Z", 0),
        ])
    func secondsOfHoursBetweenTwoTimes(from: String, to: String, seconds: Int) throws {
        let counted = BusinessHours.usual.seconds(from: try time(from), to: try time(to))
        #expect(counted == UInt64(seconds))
    }

    @Test(
        arguments: [
            ("2026-11-27T09:00:00Z", "2026-11-27T17:00:00Z"),
            ("2026-11-27T16:00:00Z", "2026-11-30T16:00:00Z"),
            ("2026-11-28T03:00:00Z", "2026-11-30T17:00:00Z"),
        ])
    func theEndOfEightHoursIsFound(from: String, to: String) throws {
        let end = BusinessHours.usual.time(after: try time(from), seconds: 8 * 3_600)
        #expect(try end == time(to))
    }

    @Test func otherDaysAndHoursAreRead() throws {
        let hours = try #require(BusinessHours("Sat-Mon,wed 22:00-24:00 UTC"))
        #expect(hours.description == "Mon,Wed,Sat,Sun 22:00-24:00 UTC")
        let week = (try time("2026-11-23T00:00:00Z"), try time("2026-11-30T00:00:00Z"))
        #expect(hours.seconds(from: week.0, to: week.1) == 4 * 2 * 3_600)
        #expect(BusinessHours("Mon-Fri 09:00-17:00") == .usual)
    }

    @Test(
        arguments: [
            "", "Mon-Fri", "09:00-17:00", "Mon-Fri 17:00-09:00", "Mon-Fri 09:00-09:00",
            "Mon-Fri 9:00-17:00", "Mon-Fri 09:00-25:00", "Mon-Fri 09:60-17:00", "Foo 09:00-17:00",
            "Mon-Tue-Wed 09:00-17:00", ", 09:00-17:00", "Mon, 09:00-17:00",
            "Mon-Fri 09:00-17:00 CET",
        ])
    func whatHasNotTheFormIsNone(text: String) {
        #expect(BusinessHours(text) == nil)
    }
}
