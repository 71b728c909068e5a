/// The sizes of a log whose maps are wanted, each a moment in the growth of one map.
struct IndexMoments: Sendable {
    /// Rising, each once; at least one.
    let sizes: [UInt64]

    /// How many there are.
    var count: Int { sizes.count }

    /// Returns the first moment at which the entry at `index` is covered; ``count`` where none is.
    func moment(of index: UInt64) -> Int {
        var (low, high) = (0, sizes.count)
        while low < high {
            let middle = (low + high) / 2
            if sizes[middle] > index { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
