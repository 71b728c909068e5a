import Manifests

/// What is known of the newest entries, in room that is taken once: nothing in it moves, and what
/// leaves it is overwritten.
package struct LookRing: Sendable {
    /// What stands where nothing is kept: it has as many bytes as a hash, to overwrite one.
    private static let blank = FreshHashes.Look.hashed(PDQHash(0, 0, 0, 0))

    /// The look of each entry, at its index modulo the room; else ``blank``.
    private var slots: [FreshHashes.Look]

    /// The entries that are kept.
    private var kept: Range<UInt64> = 0..<0

    /// Creates a ring for so many entries.
    package init(room: Int) {
        slots = Array(repeating: Self.blank, count: room)
    }

    /// Entries that it can keep.
    package var room: Int { slots.count }

    /// Slots that have something in them, be it kept or not.
    package var filledCount: Int { slots.count(where: { $0 != Self.blank }) }

    /// Adds at most as many entries as there is room for, from index `first` on.
    ///
    /// Where they do not follow those that are kept, or there is no room for all, these are
    /// forgotten.
    package mutating func append(_ looks: [FreshHashes.Look], from first: UInt64) {
        precondition(looks.count <= room, "a ring has room for what comes at once")
        if first != kept.upperBound || kept.count + looks.count > room {
            removeAll()
            kept = first..<first
        }
        for look in looks {
            slots[slot(of: kept.upperBound)] = look
            kept = kept.lowerBound..<kept.upperBound + 1
        }
    }

    /// Returns what is known of those entries of a range that are kept, which are its last ones,
    /// and the first of them; forgets these and all before them.
    ///
    /// The end of the range and nothing, where none is kept.
    package mutating func take(
        _ range: Range<UInt64>
    ) -> (first: UInt64, looks: [FreshHashes.Look]) {
        let first = max(range.lowerBound, kept.lowerBound)
        guard kept.upperBound >= range.upperBound, first < range.upperBound else {
            return (range.upperBound, [])
        }
        let looks = (first..<range.upperBound).map { slots[slot(of: $0)] }
        forget(below: range.upperBound)
        return (first, looks)
    }

    /// Forgets all that is kept.
    package mutating func removeAll() {
        forget(below: kept.upperBound)
    }

    private mutating func forget(below end: UInt64) {
        for entry in kept.lowerBound..<end { slots[slot(of: entry)] = Self.blank }
        kept = end..<kept.upperBound
    }

    private func slot(of entry: UInt64) -> Int { Int(entry % UInt64(room)) }
}
