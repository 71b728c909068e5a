import Manifests

/// A row of the index that is near to what is looked for; nothing has checked it.
package struct NearRow: Hashable, Sendable {
    /// The index of its entry.
    package let entry: UInt64

    /// The bits that differ, 0 to 256.
    package let distance: Int

    /// Which of the hashes that are looked for is the nearest; the first of several.
    package let orientation: Int

    /// Creates a value.
    package init(entry: UInt64, distance: Int, orientation: Int) {
        self.entry = entry
        self.distance = distance
        self.orientation = orientation
    }
}

extension NearRow {
    /// Where a search goes on behind it.
    var place: LikenessPlace? { LikenessPlace(distance: distance, index: entry) }

    /// Nearer first; of those that are as near, the earlier entry.
    static func isBefore(_ a: NearRow, _ b: NearRow) -> Bool {
        (a.distance, a.entry) < (b.distance, b.entry)
    }
}
