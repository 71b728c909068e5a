import IndexMap

/// How much of the map is held against its rows before an index head.
///
/// A whole part costs as much at each head, however few entries that covers. So parts of heads in
/// quick succession are smaller: together they have the records of one whole part in 5 s, or
/// ``fewest`` for each head where more than three come in a second.
package struct MapCheckPace {
    /// The time in which the records of one whole part are read at the most.
    private static let period = Duration.seconds(5)

    /// Records of the smallest part: a few milliseconds.
    package static let fewest = 4096

    /// When the newest part was read; nil before the first.
    private var last: ContinuousClock.Instant?

    /// The pace of a ledger that has just started.
    package init() {}

    /// Returns how many records the part has that is read now, ``fewest`` to
    /// ``IndexTrie/checkedRecords``.
    package mutating func records(at now: ContinuousClock.Instant) -> Int {
        let passed = last.map { $0.duration(to: now) / Self.period } ?? 1
        last = now
        let records = Double(IndexTrie.checkedRecords) * min(max(passed, 0), 1)
        return max(Self.fewest, Int(records))
    }
}
