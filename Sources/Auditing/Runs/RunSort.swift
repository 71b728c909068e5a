/// The order of the records of a run, found without moving one of them.
///
/// What is sorted are the places of the records, of four bytes each: so a run of 20 MiB is written
/// from where its records lie, with 2 MiB beside them. A copy would take as much memory again, and
/// what is allocated and freed for each run stays with the C library's heaps.
///
/// Most records begin with a digest, whose first bits are as good as random. So places are first
/// dealt into as many heaps as there are values of those bits, and each heap is nearly nothing.
/// What does not begin so, such as the numbers of a few spools, comes into few heaps, in the order
/// in which it came, and is sorted there.
enum RunSort {
    /// Bits that decide about the heap: of 2^19 records a heap has 32 then.
    private static let bits = 14

    /// Records from which on heaps are made; fewer are one.
    private static let least = 1 << 12

    /// Records of a heap up to which each is put where it belongs, one after the other.
    private static let small = 48

    /// Records that can be sorted at once: so many places there are.
    static let limit = Int(UInt32.max)

    /// Calls `body` with each of `records` in their order; it may end that by an error.
    ///
    /// It takes 4 bytes a record for as long, and where most are in one heap up to three times as
    /// many; the heaps have 128 KiB.
    static func forEach<Record: RunRecord>(
        _ records: [Record], _ body: (Record) throws(RunError) -> Void
    ) throws(RunError) {
        precondition(records.count <= limit, "a place has 32 bits")
        let bits = records.count < least ? 0 : bits
        var ends = [Int](repeating: 0, count: 1 << bits)
        for record in records { ends[heap(record, bits)] += 1 }
        var sum = 0
        for place in ends.indices { (ends[place], sum) = (sum, sum + ends[place]) }
        var places = [UInt32](repeating: 0, count: records.count)
        for (place, record) in records.enumerated() {
            let heap = heap(record, bits)
            places[ends[heap]] = UInt32(truncatingIfNeeded: place)
            ends[heap] += 1
        }
        var start = 0
        for end in ends where end > start {
            if end - start > small {
                places[start..<end].sort { records[Int($0)] < records[Int($1)] }
            } else {
                insert(&places, start, end, records)
            }
            for place in places[start..<end] { try body(records[Int(place)]) }
            start = end
        }
    }

    private static func heap<Record: RunRecord>(_ record: Record, _ bits: Int) -> Int {
        Int(truncatingIfNeeded: record.prefix >> UInt64(UInt64.bitWidth - bits))
    }

    private static func insert<Record: RunRecord>(
        _ places: inout [UInt32], _ start: Int, _ end: Int, _ records: [Record]
    ) {
        for next in (start + 1)..<max(start + 1, end) {
            let place = places[next]
            let record = records[Int(place)]
            var free = next
            while free > start, record < records[Int(places[free - 1])] {
                places[free] = places[free - 1]
                free -= 1
            }
            places[free] = place
        }
    }
}
