import Compression
import Testing

/// What is gathered takes no more room than its limit, and what would pass it is not taken.
@Suite struct BoundedBytesTests {
    /// Pages that the allocator may give beside what was asked for.
    private static let slack = 16 << 10

    /// An array that grows by itself would have twice as much here: the limit is just over a power
    /// of two.
    @Test(arguments: [1, 1_000, (1 << 20) + 1_000, (4 << 20) + 1])
    func theRoomIsNeverLargerThanTheLimit(limit: Int) {
        var gathered = BoundedBytes(limit: limit)
        let piece = [UInt8](repeating: 7, count: min(limit, 64 << 10))
        while gathered.room >= piece.count {
            let (count, capacity) = (gathered.bytes.count, gathered.bytes.capacity)
            let isTaken = gathered.append(piece)
            #expect(isTaken)
            // What is copied to another place is no more than half.
            #expect(gathered.bytes.capacity == capacity || count <= limit / 2)
            #expect(gathered.bytes.capacity <= limit + Self.slack)
        }
        let isTaken = gathered.append([UInt8](repeating: 8, count: gathered.room))
        #expect(isTaken && gathered.bytes.count == limit)
        #expect(gathered.bytes.capacity <= limit + Self.slack)
    }

    @Test func whatWouldPassTheLimitIsNotTaken() {
        var gathered = BoundedBytes(limit: 3)
        var taken = [gathered.append([1, 2])]
        #expect(gathered.room == 1)
        taken.append(gathered.append([3, 4]))
        #expect(gathered.bytes == [1, 2])
        taken += [gathered.append([3]), gathered.append([])]
        #expect(taken == [true, false, true, true])
        gathered.drop()
        #expect(gathered.bytes.isEmpty && gathered.room == 3)
    }

    /// What gzip unfolds takes no more room either, where it is as much as it may be.
    @Test func whatIsUnfoldedTakesTheRoomOfItsLimit() throws {
        let limit = (1 << 20) + 1_000
        let file = GzipDeflater.deflated([UInt8](repeating: 0, count: limit))
        let plain = try GzipInflater.inflated(file, limit: limit)
        #expect(plain.count == limit && plain.capacity <= limit + Self.slack)
        #expect(throws: GzipError.tooLarge(limit: limit - 1)) {
            try GzipInflater.inflated(file, limit: limit - 1)
        }
    }
}
