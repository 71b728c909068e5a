import IndexMap
import LedgerStore

extension EpochLimits {
    /// Reads the records of the next entries from their leaves, as many as an epoch may hold:
    /// sorted, with where these entries end.
    func records(
        of store: Store, from start: UInt64, below end: UInt64
    ) throws(LedgerError) -> (records: [IndexRecord], end: UInt64) {
        var records: [IndexRecord] = []
        var next = start
        let limit = min(end, start + UInt64(entries))
        try store.forEachKeys(from: start, below: limit) { index, keys in
            guard records.count + keys.count <= self.records else { return false }
            for key in keys { records.append(IndexRecord(key: key, index: index)) }
            next = index + 1
            return true
        }
        records.sort()
        return (records, next)
    }
}
