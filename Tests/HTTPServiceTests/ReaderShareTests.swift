import Jobs
import Synchronization
import TestSupport
import Testing

/// Work for readers keeps to its share of the processors while others need them, and only then.
@Suite struct ReaderShareTests {
    @Test func workIsATwentiethOfTheProcessorsWithItsRest() {
        for processors in 1...ReaderShare.part {
            let share = ReaderShare(processors: processors) { true }
            let computed = Duration.milliseconds(2)
            let rest = share.rest(after: computed)
            let ofAll = computed / (computed + rest) / Double(processors)
            #expect(abs(ofAll - 1 / Double(ReaderShare.part)) < 0.0001)
        }
    }

    @Test func aShareOfOneCoreOrMoreHasNoRest() {
        let share = ReaderShare(processors: 10 * ReaderShare.part) { true }
        #expect(share.rest(after: .milliseconds(2)) == .zero)
    }

    @Test func nobodyRestsWhereNobodyElseNeedsTheProcessors() {
        let share = ReaderShare(processors: 1) { false }
        #expect(share.rest(after: .seconds(1)) == .zero)
    }

    @Test func oneLongPieceOfWorkKeepsNobodyForSeconds() {
        let share = ReaderShare(processors: 1) { true }
        #expect(share.rest(after: .seconds(10)) == ReaderShare.longestRest)
    }

    /// A page that computes for long is paid for by the rests after the next ones.
    @Test func whatIsLeftOfALongRestIsAddedToTheNextOnes() {
        let share = ReaderShare(processors: 1) { true }
        let whole = Duration.milliseconds(60) * (ReaderShare.part - 1)
        var rest = share.rest(after: .milliseconds(60))
        #expect(rest == ReaderShare.longestRest)
        for _ in 0..<100 {
            let next = share.rest(after: .zero)
            #expect(next <= ReaderShare.longestRest)
            rest += next
        }
        #expect(abs((rest - whole) / .milliseconds(1)) < 0.001)
    }

    @Test func whatIsLeftHasALimitAndEndsWhereNobodyNeedsTheProcessors() {
        let isNeeded = Mutex(true)
        let share = ReaderShare(processors: 1) { isNeeded.withLock { $0 } }
        var rest = Duration.zero
        for _ in 0..<100 { rest += share.rest(after: rest == .zero ? .seconds(1_000) : .zero) }
        #expect(rest == ReaderShare.longestRest + ReaderShare.longestDebt)
        #expect(share.rest(after: .seconds(1_000)) == ReaderShare.longestRest)
        isNeeded.withLock { $0 = false }
        #expect(share.rest(after: .zero) == .zero)
        isNeeded.withLock { $0 = true }
        #expect(share.rest(after: .zero) == .zero)
    }

    @Test func whatIsComputedCountsAndWhatIsWaitedDoesNot() async throws {
        let busy = ReaderShare(processors: 1) { true }.rest { Self.compute() }
        let share = ReaderShare(processors: 1) { true }
        let gate = Gate(isShut: true)
        async let waited = OwnThread.run("waits") { _ in share.rest { gate.pass() } }
        try await eventually("the thread waits") { gate.held == 1 }
        gate.open()
        let rest = try await waited
        #expect(rest < busy)
    }

    /// Computes for some milliseconds.
    static func compute() {
        var (state, sum) = (UInt64(1), UInt64(0))
        for _ in 0..<2_000_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            sum ^= state >> 7
        }
        #expect(sum != 0)
    }
}
