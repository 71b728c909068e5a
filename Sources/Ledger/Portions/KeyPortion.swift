import IndexMap

/// The records of some entries that follow each other, sorted by key and index.
struct KeyPortion: Sendable {
    /// The entries: all records of each of them are here.
    let entries: Range<UInt64>

    /// When the first of them that has records came.
    let since: ContinuousClock.Instant

    let records: [IndexRecord]

    /// Sorts the records.
    init(_ records: [IndexRecord], of entries: Range<UInt64>, since: ContinuousClock.Instant) {
        self.entries = entries
        self.since = since
        self.records = records.sorted()
    }

    /// Appends the entries with this key from `start` to below `end`, up to `limit` in all.
    func append(
        with key: IndexKey, from start: UInt64, below end: UInt64, limit: Int,
        to found: inout [UInt64]
    ) {
        guard entries.lowerBound < end, entries.upperBound > start else { return }
        let first = IndexRecord(key: key, index: start)
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if records[middle] < first { low = middle + 1 } else { high = middle }
        }
        while low < records.count, records[low].key == key, records[low].index < end,
            found.count < limit
        {
            found.append(records[low].index)
            low += 1
        }
    }
}
