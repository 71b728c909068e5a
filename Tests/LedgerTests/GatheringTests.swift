import Ledger
import Testing

@Suite
struct GatheringTests {
    @Test
    func nobodyWaitsBeforeTheFirstBatchNorAfterASmallOne() {
        let start = ContinuousClock.now
        var gathering = Gathering()
        #expect(gathering.end == nil)
        gathering.note(chunks: Gathering.busyChunks, from: start, to: start + .milliseconds(1))
        #expect(gathering.end != nil)
        gathering.note(chunks: Gathering.busyChunks - 1, from: start, to: start + .milliseconds(1))
        #expect(gathering.end == nil)
    }

    @Test
    func aBatchBeginsSeveralTimesWhatTheLastOneTookAfterItAndNoLaterThanTheLimit() {
        let start = ContinuousClock.now
        var gathering = Gathering()
        gathering.note(
            chunks: Gathering.busyChunks, from: start, to: start + .milliseconds(2))
        #expect(gathering.end == start + .milliseconds(2 * Gathering.share))
        gathering.note(
            chunks: Gathering.busyChunks, from: start, to: start + .milliseconds(5))
        #expect(gathering.end == start + Gathering.longest)
    }

    @Test
    func nobodyWaitsBehindABatchThatTookAsLongAsTheLimit() {
        let start = ContinuousClock.now
        var gathering = Gathering()
        gathering.note(
            chunks: Gathering.busyChunks, from: start, to: start + Gathering.longest)
        #expect(gathering.end == nil)
    }
}
