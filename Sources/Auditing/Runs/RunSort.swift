/// Sorts the records of a run.
///
/// Most begin with a digest, whose first bits are as good as random. So they are first dealt into
/// as many heaps as there are values of those bits, and each heap is nearly nothing. What does not
/// begin so, such as the numbers of a few spools, comes into few heaps, in the order in which it
/// came, and is sorted there.
enum RunSort {
    /// Bits that decide about the heap: of 2^19 records a heap has 32 then.
    private static let bits = 14

    /// Records from which on heaps are made.
    private static let least = 1 << 12

    /// Records of a heap up to which each is put where it belongs, one after the other.
    private static let small = 48

    /// Sorts `records`; takes as much memory again for as long.
    static func sort<Record: RunRecord>(_ records: inout [Record]) {
        guard records.count >= least else { return records.sort() }
        var ends = [Int](repeating: 0, count: 1 << bits)
        for record in records { ends[heap(record)] += 1 }
        var sum = 0
        for place in ends.indices { (ends[place], sum) = (sum, sum + ends[place]) }
        var dealt = records
        for record in records {
            let heap = heap(record)
            dealt[ends[heap]] = record
            ends[heap] += 1
        }
        var start = 0
        for end in ends where end > start {
            if end - start > small {
                dealt[start..<end].sort()
            } else {
                insert(&dealt, start, end)
            }
            start = end
        }
        records = dealt
    }

    private static func heap<Record: RunRecord>(_ record: Record) -> Int {
        Int(truncatingIfNeeded: record.prefix >> UInt64(UInt64.bitWidth - bits))
    }

    private static func insert<Record: RunRecord>(
        _ records: inout [Record], _ start: Int, _ end: Int
    ) {
        for place in (start + 1)..<max(start + 1, end) {
            let record = records[place]
            var free = place
            while free > start, record < records[free - 1] {
                records[free] = records[free - 1]
                free -= 1
            }
            records[free] = record
        }
    }
}
