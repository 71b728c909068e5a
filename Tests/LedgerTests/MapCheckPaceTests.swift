import IndexMap
import Ledger
import Testing

/// How much of the map is computed anew before a head.
@Suite struct MapCheckPaceTests {
    @Test func theFirstPartIsWhole() {
        var pace = MapCheckPace()
        #expect(pace.records(at: .now) == IndexTrie.checkedRecords)
    }

    /// Half a minute of heads, one every `seconds`.
    @Test(arguments: [0.5, 1, 2.5])
    func headsInQuickSuccessionReadNoMoreThanOneWholePartInFiveSeconds(seconds: Double) {
        var pace = MapCheckPace()
        let start = ContinuousClock.now
        _ = pace.records(at: start)
        var read = 0
        for head in 1...Int(30 / seconds) {
            read += pace.records(at: start + .seconds(seconds) * head)
        }
        #expect(read <= 6 * IndexTrie.checkedRecords)
        #expect(read > 5 * IndexTrie.checkedRecords)
    }

    @Test func partsAreWholeAgainAfterFiveSeconds() {
        var pace = MapCheckPace()
        let start = ContinuousClock.now
        _ = pace.records(at: start)
        #expect(pace.records(at: start + .seconds(1)) < IndexTrie.checkedRecords / 4)
        #expect(pace.records(at: start + .seconds(6)) == IndexTrie.checkedRecords)
        #expect(pace.records(at: start + .seconds(66)) == IndexTrie.checkedRecords)
    }

    @Test func aPartIsNeverSmallerThanTheFewest() {
        var pace = MapCheckPace()
        let now = ContinuousClock.now
        _ = pace.records(at: now)
        #expect(pace.records(at: now) == MapCheckPace.fewest)
    }
}
