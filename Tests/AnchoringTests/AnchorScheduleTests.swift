import Anchoring
import Testing

/// When which source is asked for which head, without clocks and calls.
@Suite struct AnchorScheduleTests {
    private static let times = AnchorTimes(timestamps: .seconds(600), calendars: .seconds(3_600))

    /// A schedule of sources without a past, at the time 0.
    private static func schedule(
        authorities: Int = 1, calendars: Int = 0
    ) -> AnchorSchedule {
        AnchorSchedule(
            authorities: Array(repeating: nil, count: authorities),
            calendars: Array(repeating: nil, count: calendars), times, at: .zero)
    }

    private static func asked(_ questions: [AnchorSchedule.Question]) -> [Int] {
        questions.map(\.index)
    }

    // MARK: - One anchor an interval

    @Test func aHeadIsDatedAtOnceAndALargerOneAnIntervalLater() throws {
        var schedule = Self.schedule()
        #expect(schedule.mayBegin(at: .zero))
        schedule.begin(size: 5, at: .zero)
        let first = schedule.takeDue(at: .zero)
        #expect(Self.asked(first) == [0] && first[0].round.size == 5)
        // It is being asked.
        #expect(schedule.takeDue(at: .zero).isEmpty)
        schedule.ended(first[0], .well, at: .seconds(2))
        #expect(!schedule.mayBegin(at: .seconds(700)))
        schedule.sawNewer(at: .seconds(3))
        #expect(!schedule.mayBegin(at: .seconds(599)))
        #expect(schedule.nextLook(after: .seconds(3)) == .seconds(600))
        #expect(schedule.mayBegin(at: .seconds(600)))
        schedule.begin(size: 9, at: .seconds(600))
        #expect(Self.asked(schedule.takeDue(at: .seconds(600))) == [0])
    }

    @Test func aHeadThatIsNoLargerIsNotDatedAgain() {
        var schedule = Self.schedule()
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        schedule.sawNewer(at: .seconds(601))
        schedule.begin(size: 5, at: .seconds(601))
        #expect(schedule.takeDue(at: .seconds(601)).isEmpty)
        #expect(!schedule.mayBegin(at: .seconds(10_000)))
    }

    @Test func anEmptyLogIsNotDated() {
        var schedule = Self.schedule()
        schedule.begin(size: 0, at: .zero)
        #expect(schedule.round == nil && schedule.takeDue(at: .zero).isEmpty)
    }

    // MARK: - Failures

    @Test func afterAnOutageTheNewestHeadAloneIsDated() {
        var schedule = Self.schedule()
        var (now, size): (Duration, UInt64) = (.zero, 1)
        // A day of failures, while the log grows.
        while now < .seconds(86_400) {
            if schedule.mayBegin(at: now) { schedule.begin(size: size, at: now) }
            for question in schedule.takeDue(at: now) {
                #expect(question.round.size == size)
                schedule.ended(question, .badly(retryAfter: nil), at: now)
            }
            now += .seconds(5)
            size += 1
            schedule.sawNewer(at: now)
        }
        now += AnchorTimes.longestBackoff
        #expect(schedule.mayBegin(at: now))
        schedule.begin(size: size, at: now)
        let questions = schedule.takeDue(at: now)
        #expect(questions.map(\.round.size) == [size])
        schedule.ended(questions[0], .well, at: now)
        #expect(schedule.takeDue(at: now + .seconds(599)).isEmpty)
    }

    @Test func theWaitAfterFailuresDoublesUpToACeiling() {
        let waits = (1...10).map { AnchorTimes.backoff(after: $0, retryAfter: nil) }
        #expect(waits.prefix(4) == [.seconds(5), .seconds(10), .seconds(20), .seconds(40)])
        #expect(waits.suffix(3).allSatisfy { $0 == .seconds(600) })
        // A source is given the time that it asks for, within bounds.
        #expect(AnchorTimes.backoff(after: 1, retryAfter: .seconds(90)) == .seconds(90))
        #expect(AnchorTimes.backoff(after: 1, retryAfter: .seconds(90_000)) == .seconds(3_600))
        #expect(AnchorTimes.backoff(after: 9, retryAfter: .seconds(1)) == .seconds(600))
    }

    @Test func aSourceThatFailsHoldsNoOtherOne() {
        var schedule = Self.schedule(authorities: 2)
        schedule.begin(size: 5, at: .zero)
        let questions = schedule.takeDue(at: .zero)
        #expect(Self.asked(questions) == [0, 1])
        schedule.ended(questions[1], .well, at: .zero)
        // The first is silent for longer than an interval.
        schedule.sawNewer(at: .seconds(1))
        #expect(schedule.mayBegin(at: .seconds(600)))
        schedule.begin(size: 9, at: .seconds(600))
        #expect(Self.asked(schedule.takeDue(at: .seconds(600))) == [1])
        // It then takes the head of the latest round, as the other did.
        schedule.ended(questions[0], .badly(retryAfter: nil), at: .seconds(700))
        #expect(schedule.takeDue(at: .seconds(704)).isEmpty)
        let again = schedule.takeDue(at: .seconds(705))
        #expect(Self.asked(again) == [0] && again[0].round.size == 9)
    }

    @Test func aLogThatFailsIsAskedLater() {
        var schedule = Self.schedule()
        schedule.logFailed(at: .zero)
        #expect(!schedule.mayBegin(at: .seconds(4)))
        #expect(schedule.nextLook(after: .zero) == .seconds(5))
        #expect(schedule.mayBegin(at: .seconds(5)))
    }

    // MARK: - Tokens before calendars

    @Test func aCalendarGetsAHeadWhenTheAuthoritiesHaveEndedWithIt() {
        for endings: [AnchorSchedule.Ending] in [
            [.well, .well], [.well, .badly(retryAfter: nil)],
            [.badly(retryAfter: nil), .badly(retryAfter: nil)],
        ] {
            var schedule = Self.schedule(authorities: 2, calendars: 1)
            schedule.begin(size: 5, at: .zero)
            let questions = schedule.takeDue(at: .zero)
            #expect(Self.asked(questions) == [0, 1])
            schedule.ended(questions[0], endings[0], at: .seconds(1))
            #expect(schedule.takeDue(at: .seconds(1)).isEmpty)
            schedule.ended(questions[1], endings[1], at: .seconds(2))
            #expect(Self.asked(schedule.takeDue(at: .seconds(2))) == [2])
        }
    }

    @Test func aCalendarDoesNotWaitForASilentAuthorityForEver() {
        var schedule = Self.schedule(authorities: 2, calendars: 1)
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .seconds(1))
        #expect(schedule.takeDue(at: .seconds(29)).isEmpty)
        #expect(schedule.nextLook(after: .seconds(1)) == .seconds(30))
        #expect(Self.asked(schedule.takeDue(at: .seconds(30))) == [2])
    }

    @Test func shortIntervalsMakeACalendarWaitNoLonger() {
        let times = AnchorTimes(timestamps: .seconds(5), calendars: .seconds(5))
        for ending: AnchorSchedule.Ending? in [nil, .badly(retryAfter: nil)] {
            var schedule = AnchorSchedule(
                authorities: [nil], calendars: [nil], times, at: .zero)
            schedule.begin(size: 1, at: .zero)
            let question = schedule.takeDue(at: .zero)[0]
            var now: Duration = .zero
            var asked: [AnchorSchedule.Question] = []
            while asked.isEmpty, now < .seconds(300) {
                now += .seconds(1)
                schedule.sawNewer(at: now)
                if schedule.mayBegin(at: now) {
                    schedule.begin(size: UInt64(now / .seconds(1)), at: now)
                }
                // It fails after two more rounds have begun, or is silent.
                if let ending, now == .seconds(12) { schedule.ended(question, ending, at: now) }
                asked = schedule.takeDue(at: now)
            }
            #expect(Self.asked(asked) == [1])
            #expect(now == (ending == nil ? .seconds(30) : .seconds(12)))
            #expect(asked.first?.round == schedule.round)
        }
    }

    @Test func aLogThatNamesANewerHeadAndHasNoneIsAskedLater() {
        var schedule = Self.schedule()
        schedule.begin(size: 5, at: .zero)
        schedule.sawNewer(at: .seconds(700))
        schedule.begin(size: 5, at: .seconds(700))
        schedule.sawNewer(at: .seconds(700))
        #expect(!schedule.mayBegin(at: .seconds(704)))
        #expect(schedule.mayBegin(at: .seconds(705)))
    }

    @Test func aCalendarTakesTheHeadThatHasTokensAndNotALargerOne() {
        var schedule = Self.schedule(authorities: 1, calendars: 1)
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        for round in 1...6 {
            let now: Duration = .seconds(600 * round)
            schedule.sawNewer(at: now)
            schedule.begin(size: 5 + UInt64(round), at: now)
            let questions = schedule.takeDue(at: now)
            #expect(Self.asked(questions) == [0])
            schedule.ended(questions[0], .well, at: now)
            // The calendar's hour is over with the sixth.
            let calendar = schedule.takeDue(at: now)
            #expect(calendar.map(\.round.size) == (round == 6 ? [11] : []))
        }
    }

    // MARK: - Restarts

    @Test func aRestartAsksNobodyBeforeTheIntervalIsOver() {
        let past = AnchorSchedule.Past(size: 5, askedAt: .seconds(-100))
        var schedule = AnchorSchedule(
            authorities: [past], calendars: [past], Self.times, at: .zero)
        #expect(schedule.round?.size == 5 && !schedule.hasNewer)
        #expect(schedule.takeDue(at: .zero).isEmpty)
        schedule.sawNewer(at: .zero)
        #expect(!schedule.mayBegin(at: .seconds(499)))
        #expect(schedule.mayBegin(at: .seconds(500)))
        schedule.begin(size: 9, at: .seconds(500))
        let questions = schedule.takeDue(at: .seconds(500))
        #expect(Self.asked(questions) == [0])
        schedule.ended(questions[0], .well, at: .seconds(500))
        #expect(schedule.takeDue(at: .seconds(3_499)).isEmpty)
        #expect(Self.asked(schedule.takeDue(at: .seconds(3_500))) == [1])
    }

    @Test func aNewSourceDatesTheHeadThatTheOthersHave() {
        let past = AnchorSchedule.Past(size: 5, askedAt: .seconds(-100))
        var schedule = AnchorSchedule(
            authorities: [past, nil], calendars: [], Self.times, at: .zero)
        let questions = schedule.takeDue(at: .zero)
        #expect(Self.asked(questions) == [1] && questions[0].round.size == 5)
    }

    @Test func whatCountsNoMoreIsDatedAgain() {
        let past = AnchorSchedule.Past(size: 5, askedAt: .seconds(-5_000_000))
        var schedule = AnchorSchedule(authorities: [], calendars: [past], Self.times, at: .zero)
        #expect(schedule.takeDue(at: .zero).isEmpty)
        schedule.lost(0, of: 4, at: .zero)
        #expect(schedule.takeDue(at: .zero).isEmpty)
        schedule.lost(0, of: 5, at: .zero)
        #expect(schedule.takeDue(at: .zero).map(\.round.size) == [5])
    }

    // MARK: - The end

    @Test func theEndAsksOnceMoreWhoeverOwesAnAnchor() {
        var schedule = Self.schedule(authorities: 1, calendars: 1)
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .badly(retryAfter: nil), at: .zero)
        schedule.beginLast(at: .seconds(60))
        #expect(schedule.mayBegin(at: .seconds(60)))
        schedule.begin(size: 9, at: .seconds(60))
        let questions = schedule.takeDue(at: .seconds(60))
        #expect(Self.asked(questions) == [0] && questions[0].round.size == 9)
        // It is silent, is not asked again, and the calendar has its turn.
        schedule.ended(questions[0], .stopped, at: .seconds(62))
        #expect(Self.asked(schedule.takeDue(at: .seconds(62))) == [1])
    }

    @Test func theEndAsksForALargerHeadHoweverShortTheTimeSinceTheLast() {
        var schedule = Self.schedule(authorities: 1, calendars: 1)
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        schedule.beginLast(at: .seconds(1))
        schedule.begin(size: 9, at: .seconds(1))
        let questions = schedule.takeDue(at: .seconds(1))
        #expect(Self.asked(questions) == [0])
        schedule.ended(questions[0], .well, at: .seconds(1))
        #expect(Self.asked(schedule.takeDue(at: .seconds(1))) == [1])
    }

    @Test func theEndOfALogThatIsDatedAsksNobody() {
        var schedule = Self.schedule()
        schedule.begin(size: 5, at: .zero)
        schedule.ended(schedule.takeDue(at: .zero)[0], .well, at: .zero)
        schedule.beginLast(at: .seconds(10_000))
        schedule.begin(size: 5, at: .seconds(10_000))
        #expect(schedule.takeDue(at: .seconds(10_000)).isEmpty)
    }

    // MARK: - What is overdue

    @Test func aSourceIsOverdueThreeIntervalsAfterALargerHeadWasThere() {
        var schedule = Self.schedule()
        schedule.begin(size: 5, at: .zero)
        #expect(schedule.overdue(0) == .seconds(1_800))
        let question = schedule.takeDue(at: .zero)[0]
        schedule.ended(question, .badly(retryAfter: nil), at: .seconds(1))
        #expect(schedule.overdue(0) == .seconds(1_800))
        schedule.ended(schedule.takeDue(at: .seconds(6))[0], .well, at: .seconds(7))
        // An idle log owes nothing, however old its newest anchor is.
        #expect(schedule.overdue(0) == nil)
        schedule.sawNewer(at: .seconds(90_000))
        #expect(schedule.overdue(0) == .seconds(91_800))
    }
}
