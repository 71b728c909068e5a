import RocksDB

extension Database {
    /// Copies of the values of `keys`, one for one; nil where there is no such row.
    func values(
        of keys: [[UInt8]], in family: ColumnFamily, snapshot: Snapshot? = nil
    ) throws(RocksDBError) -> [[UInt8]?] {
        var values = [[UInt8]?](repeating: nil, count: keys.count)
        try withValues(for: keys, in: family, snapshot: snapshot) { index, value in
            values[index] = value.copied()
        }
        return values
    }
}
