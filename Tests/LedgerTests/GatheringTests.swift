import Ledger
import Testing

@Suite
struct GatheringTests {
    @Test
    func nobodyWaitsBeforeTheFirstBatchNorAfterASmallOne() {
        let start = ContinuousClock.now
        var gathering = Gathering()
        #expect(gathering.end == nil)
        gathering.note(chunks: Gathering.busyChunks, from: start, to: start + .seconds(1))
        #expect(gathering.end != nil)
        gathering.note(chunks: Gathering.busyChunks - 1, from: start, to: start + .seconds(1))
        #expect(gathering.end == nil)
    }

    @Test
    func aBatchGathersForTwiceWhatTheLastOneTookAndNoLongerThanTheLimit() {
        let start = ContinuousClock.now
        var gathering = Gathering()
        let end = start + .milliseconds(2)
        gathering.note(chunks: Gathering.busyChunks, from: start, to: end)
        #expect(gathering.end == end + .milliseconds(4))
        let late = start + .seconds(2)
        gathering.note(chunks: Gathering.busyChunks, from: start, to: late)
        #expect(gathering.end == late + Gathering.longest)
    }
}
