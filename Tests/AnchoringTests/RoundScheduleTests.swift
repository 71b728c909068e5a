import Anchoring
import TestSupport
import Testing

/// When rounds begin and who is asked, without clock and network.
@Suite struct RoundScheduleTests {
    private static let times = RoundTimes(
        interval: .seconds(5), patience: .seconds(5), refresh: .seconds(600))

    private static func schedule(_ count: Int = 3) -> RoundSchedule {
        RoundSchedule(witnesses: count, times)
    }

    /// A schedule whose first round, of size 10, is being asked for since 0 s.
    private static func begun() -> RoundSchedule {
        var schedule = schedule()
        schedule.begin(size: 10, hasQuorum: false, at: .zero)
        #expect(schedule.takeDue(at: .zero) == [0, 1, 2])
        return schedule
    }

    @Test func anIdleLogsHeadIsAskedForAtOnce() {
        var schedule = Self.schedule()
        #expect(schedule.mayBegin(at: .zero))
        schedule.begin(size: 10, hasQuorum: true, at: .zero)
        for index in schedule.takeDue(at: .zero) {
            schedule.ended(index, of: 1, .well, at: .seconds(1))
        }
        #expect(!schedule.mayBegin(at: .seconds(100)))
        schedule.sawNewer()
        #expect(schedule.mayBegin(at: .seconds(100)))
    }

    @Test func noRoundBeginsBeforeTheIntervalIsOver() {
        var schedule = Self.begun()
        for index in 0..<3 { schedule.ended(index, of: 1, .well, at: .seconds(1)) }
        schedule.metQuorum(of: 10)
        schedule.sawNewer()
        #expect(!schedule.mayBegin(at: .milliseconds(4_999)))
        #expect(schedule.nextLook(after: .seconds(1)) == .seconds(5))
        #expect(schedule.mayBegin(at: .seconds(5)))
    }

    @Test func aRoundWithoutAQuorumHoldsUpTheNextOnlyWhileItHasPatience() {
        let times = RoundTimes(
            interval: .seconds(1), patience: .seconds(5), refresh: .seconds(600))
        var schedule = RoundSchedule(witnesses: 3, times)
        schedule.begin(size: 10, hasQuorum: false, at: .zero)
        _ = schedule.takeDue(at: .zero)
        schedule.sawNewer()
        #expect(!schedule.mayBegin(at: .milliseconds(4_999)))
        #expect(schedule.nextLook(after: .seconds(2)) == .seconds(5))
        #expect(schedule.mayBegin(at: .seconds(5)))
        // With its quorum, it holds up nobody.
        schedule.metQuorum(of: 10)
        #expect(schedule.mayBegin(at: .seconds(1)))
    }

    @Test func aRoundThatAllHaveAnsweredHoldsUpNobody() {
        let times = RoundTimes(
            interval: .seconds(1), patience: .seconds(5), refresh: .seconds(600))
        var schedule = RoundSchedule(witnesses: 3, times)
        schedule.begin(size: 10, hasQuorum: false, at: .zero)
        schedule.sawNewer()
        for index in schedule.takeDue(at: .zero) {
            #expect(!schedule.mayBegin(at: .milliseconds(4_999)))
            schedule.ended(index, of: 1, .badly(retryAfter: nil), at: .milliseconds(500))
        }
        #expect(schedule.mayBegin(at: .seconds(1)))
    }

    @Test func aWitnessThatBecomesFreeTakesTheLatestRoundsHead() {
        var schedule = Self.begun()
        schedule.ended(0, of: 1, .well, at: .seconds(1))
        schedule.ended(1, of: 1, .well, at: .seconds(1))
        schedule.metQuorum(of: 10)
        schedule.sawNewer()
        schedule.begin(size: 20, hasQuorum: false, at: .seconds(5))
        #expect(schedule.takeDue(at: .seconds(5)) == [0, 1])
        // The log grows on, and the straggler gets what the others were asked for.
        schedule.sawNewer()
        schedule.ended(2, of: 1, .well, at: .seconds(6))
        #expect(schedule.takeDue(at: .seconds(6)) == [2])
        #expect(schedule.round?.size == 20)
    }

    @Test func nobodyIsAskedTwiceForAHeadThatItHasCosigned() {
        var schedule = Self.begun()
        schedule.ended(1, of: 1, .well, at: .seconds(1))
        #expect(schedule.takeDue(at: .seconds(500)) == [])
    }

    @Test func aWitnessThatFailsIsAskedLaterEachTimeAndAtOnceAfterAGoodAnswer() {
        var schedule = Self.schedule(1)
        schedule.begin(size: 10, hasQuorum: false, at: .zero)
        var now = Duration.zero
        for wait in [1, 2, 4, 8, 16, 32, 60, 60, 60].map({ Duration.seconds($0) }) {
            #expect(schedule.takeDue(at: now) == [0])
            schedule.ended(0, of: 1, .badly(retryAfter: nil), at: now)
            #expect(schedule.takeDue(at: now + wait - .milliseconds(1)) == [])
            now += wait
        }
        #expect(schedule.takeDue(at: now) == [0])
        schedule.ended(0, of: 1, .well, at: now)
        schedule.begin(size: 20, hasQuorum: false, at: now)
        #expect(schedule.takeDue(at: now) == [0])
        // The next failure is a first one again.
        schedule.ended(0, of: 2, .badly(retryAfter: nil), at: now)
        #expect(schedule.takeDue(at: now + RoundTimes.firstBackoff) == [0])
    }

    @Test func retryAfterIsGrantedUpToItsLimit() {
        #expect(RoundTimes.backoff(after: 1, retryAfter: .seconds(90)) == .seconds(90))
        #expect(
            RoundTimes.backoff(after: 1, retryAfter: .seconds(1_000_000))
                == RoundTimes.longestRetryAfter)
        #expect(RoundTimes.backoff(after: 3, retryAfter: .zero) == .seconds(4))
        #expect(RoundTimes.backoff(after: .max, retryAfter: nil) == RoundTimes.longestBackoff)
    }

    @Test func anUnchangedHeadIsShownAgainAfterAWhile() {
        var schedule = Self.begun()
        for index in 0..<3 { schedule.ended(index, of: 1, .well, at: .seconds(1)) }
        #expect(!schedule.mayBegin(at: .seconds(599)))
        #expect(schedule.nextLook(after: .seconds(6)) == .seconds(600))
        #expect(schedule.mayBegin(at: .seconds(600)))
        schedule.begin(size: 10, hasQuorum: true, at: .seconds(600))
        #expect(schedule.takeDue(at: .seconds(600)) == [0, 1, 2])
    }

    @Test func aLogThatFailsIsAskedAgainLater() {
        var schedule = Self.schedule()
        schedule.logFailed(at: .seconds(3))
        #expect(!schedule.mayBegin(at: .seconds(4)))
        #expect(schedule.nextLook(after: .seconds(4)) == .seconds(3) + RoundTimes.logBackoff)
        #expect(schedule.mayBegin(at: .seconds(8)))
    }

    /// Three witnesses of any slowness, a head each moment: two of three cosign every round's head
    /// in the time that the second fastest takes for two answers.
    @Test func twoOfThreeCosignEveryRoundsHeadWhateverTheirPace() {
        var random = SeededRandom(for: "twoOfThreeCosignEveryRoundsHeadWhateverTheirPace")
        for _ in 0..<200 {
            let pace = (0..<3).map { _ in Duration.milliseconds(1 + random.number(below: 2_400)) }
            let simulation = Simulation(pace: pace, for: .seconds(120))
            let second = pace.sorted()[1]
            #expect(simulation.rounds.count >= 24, "\(random) \(pace)")
            for round in simulation.rounds.dropLast() {
                guard let met = round.met else {
                    Issue.record("a round without a quorum: \(random) \(pace)")
                    return
                }
                #expect(met - round.begun <= second * 2, "\(random) \(pace)")
            }
        }
    }
}

/// Rounds under constant growth, with witnesses that take their time.
private struct Simulation {
    struct Round {
        let begun: Duration
        var cosigners: Set<Int> = []
        var met: Duration?
    }

    private(set) var rounds: [Round] = []

    init(pace: [Duration], for end: Duration) {
        let times = RoundTimes(
            interval: .seconds(1), patience: .seconds(5), refresh: .seconds(600))
        var schedule = RoundSchedule(witnesses: pace.count, times)
        var answers: [(time: Duration, index: Int, round: Int)] = []
        var now = Duration.zero
        while now < end {
            schedule.sawNewer()
            if schedule.mayBegin(at: now) {
                rounds.append(Round(begun: now))
                schedule.begin(size: UInt64(rounds.count), hasQuorum: false, at: now)
            }
            for index in schedule.takeDue(at: now) {
                answers.append((now + pace[index], index, rounds.count))
            }
            let look = schedule.nextLook(after: now) ?? end
            let next = answers.map(\.time).min() ?? look
            now = min(look, next)
            for answer in answers where answer.time <= now {
                schedule.ended(answer.index, of: answer.round, .well, at: now)
                rounds[answer.round - 1].cosigners.insert(answer.index)
                if rounds[answer.round - 1].cosigners.count == 2 {
                    rounds[answer.round - 1].met = now
                    schedule.metQuorum(of: UInt64(answer.round))
                }
            }
            answers.removeAll { $0.time <= now }
        }
    }
}
