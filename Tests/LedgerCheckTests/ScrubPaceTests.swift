import LedgerCheck
import Testing

@Suite struct ScrubPaceTests {
    private let start = ContinuousClock.now

    @Test func rowsGoByAtTheRate() {
        var pace = ScrubPace(rowsPerSecond: 1000, from: start)
        #expect(pace.rest(after: 500, at: start) == .milliseconds(500))
        #expect(pace.rest(after: 500, at: start + .milliseconds(500)) == .milliseconds(500))
        #expect(pace.rest(after: 100, at: start + .seconds(1)) == .milliseconds(100))
    }

    @Test func whatIsALittleLateIsMadeUpFor() {
        var pace = ScrubPace(rowsPerSecond: 1000, from: start)
        #expect(pace.rest(after: 100, at: start + .milliseconds(300)) == .zero)
        #expect(pace.rest(after: 300, at: start + .milliseconds(300)) == .milliseconds(100))
    }

    @Test func timeInWhichItWaitedForOthersIsNotMadeUpFor() {
        var pace = ScrubPace(rowsPerSecond: 1000, from: start)
        let late = start + .seconds(3600)
        #expect(pace.rest(after: 1, at: late) == .zero)
        // A second's rows are, and then it goes at its rate again.
        #expect(pace.rest(after: 1000, at: late) == .zero)
        #expect(pace.rest(after: 500, at: late) == .milliseconds(500))
    }
}
