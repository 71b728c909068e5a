import HTTPService
import Testing

/// A flood of refusals is not a flood of lines.
@Suite struct WarningLimitTests {
    @Test func aSecondHasFewLinesAndTheNextSaysHowManyWereLeftOut() {
        let limit = WarningLimit()
        let start = ContinuousClock.now
        let taken = (0..<1000).compactMap { _ in limit.take(at: start) }
        #expect(taken == Array(repeating: 0, count: WarningLimit.linesPerSecond))
        #expect(limit.take(at: start + .milliseconds(999)) == nil)
        #expect(limit.take(at: start + .seconds(1)) == 1001 - WarningLimit.linesPerSecond)
        #expect(limit.take(at: start + .seconds(2)) == 0)
    }
}
