import Ledger
import Manifests
import Testing

/// The hashes of new pictures wait in memory of a bounded size, and only for whoever asks.
@Suite struct FreshHashesTests {
    private let fresh = FreshHashes()

    private static func looks(_ count: Int, from first: UInt64 = 0) -> [FreshHashes.Look] {
        (0..<UInt64(count)).map { .hashed(PDQHash(first + $0, 0, 0, 0)) }
    }

    @Test func nothingIsKeptBeforeSomebodyAsks() {
        fresh.append(Self.looks(3), from: 0)
        #expect(fresh.take(0..<3).looks.isEmpty)
        fresh.want()
        fresh.append(Self.looks(3), from: 3)
        #expect(fresh.take(3..<6).looks == Self.looks(3))
    }

    @Test func theLastOnesOfARangeAreGivenOnce() {
        fresh.want()
        fresh.append([.unread, .noHash], from: 10)
        fresh.append(Self.looks(2), from: 12)
        // Entries that are not kept come before.
        let (first, looks) = fresh.take(8..<13)
        #expect(first == 10 && looks == [.unread, .noHash, Self.looks(1)[0]])
        #expect(fresh.take(8..<13).first == 13 && fresh.take(8..<13).looks.isEmpty)
        #expect(fresh.take(13..<14).looks == [Self.looks(2)[1]])
        // What is not there yet is not said to be without a hash.
        fresh.append(Self.looks(1), from: 14)
        let (missing, none) = fresh.take(14..<16)
        #expect(missing == 16 && none.isEmpty)
    }

    @Test func aGapForgetsWhatIsBeforeIt() {
        fresh.want()
        fresh.append(Self.looks(5), from: 0)
        fresh.append(Self.looks(5, from: 7), from: 7)
        let (first, looks) = fresh.take(0..<12)
        #expect(first == 7 && looks == Self.looks(5, from: 7))
    }

    /// Where nobody takes them for long, the newest are kept.
    @Test func noMoreAreKeptThanTheLimit() {
        fresh.want()
        let batch = FreshHashes.limit / 4
        for number in 0..<5 {
            let first = UInt64(number * batch)
            fresh.append(Self.looks(batch, from: first), from: first)
        }
        let (first, looks) = fresh.take(0..<UInt64(5 * batch))
        #expect(first == UInt64(4 * batch) && looks.count == batch)
        fresh.append(Self.looks(FreshHashes.limit + 1), from: UInt64(5 * batch))
        #expect(fresh.take(UInt64(5 * batch)..<UInt64(5 * batch + 1)).looks.isEmpty)
    }

    @Test func whatIsForgottenIsReadAgain() {
        fresh.want()
        fresh.append(Self.looks(5), from: 0)
        fresh.removeAll()
        #expect(fresh.take(0..<5).looks.isEmpty)
        fresh.append(Self.looks(2, from: 5), from: 5)
        #expect(fresh.take(5..<7).looks == Self.looks(2, from: 5))
    }

    // MARK: - The room

    /// What was taken or forgotten must not lie about: it may be erased later.
    @Test func whatLeavesTheRoomIsOverwritten() {
        var ring = LookRing(room: 8)
        ring.append(Self.looks(6, from: 1), from: 1)
        #expect(ring.filledCount == 6)
        let first = ring.take(0..<5)
        #expect(first.looks == Self.looks(4, from: 1))
        #expect(ring.filledCount == 2)
        // Around the end of the room, and behind a gap.
        ring.append(Self.looks(6, from: 7), from: 7)
        #expect(ring.filledCount == 8)
        let around = ring.take(5..<13)
        #expect(around.looks == Self.looks(8, from: 5))
        #expect(ring.filledCount == 0)
        ring.append(Self.looks(3, from: 13), from: 13)
        ring.append(Self.looks(2, from: 20), from: 20)
        #expect(ring.filledCount == 2)
        let behind = ring.take(20..<22)
        #expect(behind.looks == Self.looks(2, from: 20))
        ring.append(Self.looks(8, from: 22), from: 22)
        ring.append(Self.looks(1, from: 30), from: 30)
        #expect(ring.filledCount == 1)
        ring.removeAll()
        #expect(ring.filledCount == 0 && ring.room == 8)
    }
}
