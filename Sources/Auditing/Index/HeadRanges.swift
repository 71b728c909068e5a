/// Which entries of a log are index heads, as ranges of neighbours: as far back as the next head
/// may ask.
struct HeadRanges: Hashable, Sendable {
    /// Ranges that are kept: the ledger logs no two heads in a row, and covers all but the newest
    /// few entries by each.
    static let limit = 1_024

    /// Rising; no two of them touch.
    private(set) var ranges: [Range<UInt64>] = []

    /// The first entry of which it is known; what is below is forgotten, or had no room.
    private(set) var start: UInt64 = 0

    /// Knows of no heads.
    init() {}

    /// Takes what was kept; nil where it is none.
    init?(_ ranges: [Range<UInt64>], from start: UInt64) {
        guard ranges.count <= Self.limit, ranges.allSatisfy({ !$0.isEmpty }),
            zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound })
        else { return nil }
        (self.ranges, self.start) = (ranges, start)
    }

    /// Adds the head at `index`, which is above all others.
    mutating func add(_ index: UInt64) {
        if let last = ranges.last, last.upperBound == index {
            ranges[ranges.count - 1] = last.lowerBound..<index + 1
            return
        }
        if ranges.count == Self.limit { start = ranges.removeFirst().upperBound }
        ranges.append(index..<index + 1)
    }

    /// Forgets what is below an entry: nobody will ask.
    mutating func forget(below index: UInt64) {
        ranges.removeAll { $0.upperBound <= index }
        start = max(start, index)
    }

    /// Whether all entries of a range that is not empty are heads; nil where that is not known any
    /// more.
    func areAllHeads(_ range: Range<UInt64>) -> Bool? {
        guard range.lowerBound >= start else { return nil }
        return ranges.contains {
            $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
        }
    }
}
