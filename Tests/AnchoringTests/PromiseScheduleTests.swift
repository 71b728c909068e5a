import Anchoring
import Testing

/// When a calendar is asked whether it has kept a promise, without clocks and calls.
@Suite struct PromiseScheduleTests {
    private static let times = AnchorTimes(timestamps: .seconds(600), calendars: .seconds(3_600))
    private static let start: UInt64 = 1_900_000_000
    private static let (hour, day): (UInt64, UInt64) = (3_600, 86_400)

    private static func promise(
        _ size: UInt64, of calendar: Int = 0, ago age: UInt64 = 0
    ) -> PromiseSchedule.Promise {
        .init(calendar: calendar, size: size, askedAt: start - age)
    }

    private static func schedule(
        _ promises: [PromiseSchedule.Promise] = [], calendars: Int = 1
    ) -> PromiseSchedule {
        PromiseSchedule(calendars: calendars, promises, times, at: .zero)
    }

    @Test func aPromiseIsAskedAboutOftenThenHourlyThenDaily() {
        var schedule = Self.schedule()
        let promise = Self.promise(5)
        schedule.add(promise, at: .zero)
        var asked: [UInt64] = []
        var now: UInt64 = 0
        while now <= 60 * Self.day {
            for due in schedule.takeDue(at: .seconds(now)) {
                #expect(due == promise)
                asked.append(now)
                schedule.ended(due, .waits(at: Self.start + now), at: .seconds(now))
            }
            now += 300
        }
        let early = asked.filter { $0 <= 6 * Self.hour }
        #expect(early == (1...36).map { $0 * 600 })
        let week = asked.filter { $0 > 6 * Self.hour && $0 <= 7 * Self.day }
        #expect(week == (7...168).map { $0 * Self.hour })
        let late = asked.filter { $0 > 7 * Self.day }
        #expect(late == (8...60).map { $0 * Self.day })
    }

    @Test func whereHeadsAreAnchoredOftenPromisesAreAskedAboutAsOften() {
        let times = AnchorTimes(timestamps: .seconds(5), calendars: .seconds(5))
        #expect(times.period(ofAge: .zero) == .seconds(5))
        #expect(times.period(ofAge: .seconds(6 * 3_600)) == .seconds(3_600))
    }

    @Test func aClockThatWentBackMakesAPromiseYoung() {
        var schedule = Self.schedule()
        let promise = PromiseSchedule.Promise(calendar: 0, size: 5, askedAt: .max)
        #expect(promise.age(at: Self.start) == .zero)
        schedule.add(promise, at: .zero)
        let due = schedule.takeDue(at: .seconds(600))
        #expect(due == [promise])
        schedule.ended(promise, .waits(at: Self.start), at: .seconds(600))
        #expect(schedule.nextLook(after: .seconds(600)) == .seconds(1_200))
    }

    @Test func aCalendarIsAskedAboutOnePromiseAtATimeTheNewestFirst() {
        let promises = [Self.promise(9), Self.promise(7), Self.promise(5)]
        var schedule = Self.schedule(promises + [Self.promise(9, of: 1)], calendars: 2)
        let first = schedule.takeDue(at: .zero)
        #expect(first == [promises[0], Self.promise(9, of: 1)])
        #expect(schedule.takeDue(at: .zero).isEmpty)
        schedule.ended(first[0], .waits(at: Self.start), at: .zero)
        // After an outage there may be hundreds: the next one waits a moment.
        #expect(schedule.takeDue(at: .zero).isEmpty)
        #expect(schedule.nextLook(after: .zero) == .seconds(1))
        #expect(schedule.takeDue(at: .seconds(1)) == [promises[1]])
    }

    @Test func whatIsKeptIsNeverAskedAboutAgain() {
        var schedule = Self.schedule([Self.promise(9), Self.promise(7)])
        schedule.ended(schedule.takeDue(at: .zero)[0], .over, at: .zero)
        #expect(schedule.count(of: 0) == 1)
        #expect(schedule.takeDue(at: .seconds(1)) == [Self.promise(7)])
        schedule.ended(Self.promise(7), .over, at: .seconds(1))
        #expect(schedule.count(of: 0) == 0)
        #expect(schedule.takeDue(at: .seconds(10_000_000)).isEmpty)
        #expect(schedule.nextLook(after: .seconds(1)) == nil)
    }

    @Test func aCalendarThatFailsIsLeftAloneAndHoldsNoOther() {
        let promises = [Self.promise(9), Self.promise(9, of: 1)]
        var schedule = Self.schedule(promises, calendars: 2)
        #expect(schedule.takeDue(at: .zero) == promises)
        schedule.ended(promises[0], .badly(retryAfter: .seconds(100)), at: .zero)
        schedule.ended(promises[1], .waits(at: Self.start), at: .zero)
        #expect(schedule.takeDue(at: .seconds(99)).isEmpty)
        #expect(schedule.takeDue(at: .seconds(100)) == [promises[0]])
        schedule.ended(promises[0], .badly(retryAfter: nil), at: .seconds(100))
        #expect(schedule.takeDue(at: .seconds(109)).isEmpty)
        #expect(schedule.takeDue(at: .seconds(110)) == [promises[0]])
        #expect(schedule.takeDue(at: .seconds(600)) == [promises[1]])
    }

    @Test func aPromiseThatAlwaysFailsHoldsUpNoOther() {
        let promises = [Self.promise(9), Self.promise(7)]
        var schedule = Self.schedule(promises)
        #expect(schedule.takeDue(at: .zero) == [promises[0]])
        schedule.ended(promises[0], .badly(retryAfter: nil), at: .zero)
        #expect(schedule.takeDue(at: .seconds(100)) == [promises[1]])
        schedule.ended(promises[1], .over, at: .seconds(100))
        #expect(schedule.takeDue(at: .seconds(200)) == [promises[0]])
    }

    @Test func theOldestPromiseThatNothingLaterCoversIsKnown() {
        let promises = [Self.promise(9), Self.promise(7, ago: 10), Self.promise(5, ago: 20)]
        let schedule = Self.schedule(promises)
        #expect(schedule.oldest(of: 0, above: 0) == promises[2])
        #expect(schedule.oldest(of: 0, above: 5) == promises[1])
        #expect(schedule.oldest(of: 0, above: 9) == nil)
    }
}
