import Checkpoints
import Testing

@Suite struct KeyHistoryTests {
    @Test func aHandedOverKeySignsNoLargerTrees() {
        var history = KeyHistory("a")
        let accepted = [
            history.handOver(to: "b", lastSize: 4), history.handOver(to: "c", lastSize: 9),
        ]
        #expect(accepted == [true, true])
        let inForce = (0...12 as ClosedRange<UInt64>).map { size in
            ["a", "b", "c"].filter { history.isInForce($0, forSize: size) }.joined()
        }
        #expect(inForce.joined() == "aaaaabbbbbccc")
        #expect(history.current == "c")
        #expect(history.terms.map(\.lastSize) == [4, 9, nil])
    }

    @Test(arguments: [0, 3, 4] as [UInt64])
    func aHandoverBelowTheLastOneChangesNothing(lastSize: UInt64) {
        var history = KeyHistory("a")
        _ = history.handOver(to: "b", lastSize: 4)
        let before = history
        let isAccepted = history.handOver(to: "c", lastSize: lastSize)
        #expect(!isAccepted && history == before)
    }

    @Test func whatAStolenKeyMaySignIsInDoubtUntilItsHandover() {
        var history = KeyHistory("a")
        _ = history.handOver(to: "b", lastSize: 4, suspectFrom: 3, at: 50)
        _ = history.handOver(to: "c", lastSize: 9, suspectFrom: 2, at: 90)
        let times = (0...10 as ClosedRange<UInt64>).map { history.doubt(about: $0)?.until }
        #expect(times == [nil, nil, 90, 50, 50, 90, 90, 90, 90, 90, nil])
        let before = history
        let isAccepted = history.handOver(to: "d", lastSize: 12, suspectFrom: 13)
        #expect(!isAccepted && history == before)
    }

    @Test func termsThatOverlapAreBothInForce() {
        let history = KeyHistory(
            .init(key: "a", lastSize: 9), [.init(key: "b", firstSize: 5)])
        for size in 5...9 as ClosedRange<UInt64> {
            #expect(history.isInForce("a", forSize: size) && history.isInForce("b", forSize: size))
        }
        #expect(!history.isInForce("b", forSize: 4) && !history.isInForce("a", forSize: 10))
    }
}
