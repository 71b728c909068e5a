import LedgerStore

/// The pace of a check: the size of its pieces, and the pause between two of them.
struct CheckPace: Sendable {
    /// Rows between two pauses.
    let rows: Int

    /// Rows after which an iterator makes way for a new one, so that files which compaction has
    /// replaced can go; each new one reads ahead anew in every table.
    let iteratorRows: Int

    /// Bytes that are read ahead in a table; 0 leaves it to RocksDB, which begins with little.
    let readahead: Int

    /// Called after each `rows` with their number; may wait, and throws to stop.
    let pause: @Sendable (_ rows: Int) throws(LedgerError) -> Void

    /// As fast as the machine is: 2 MiB are a few milliseconds of a disk.
    static func wholeSpeed(
        _ pause: @escaping @Sendable (_ rows: Int) throws(LedgerError) -> Void
    ) -> CheckPace {
        CheckPace(rows: 16 << 10, iteratorRows: 1 << 20, readahead: 2 << 20, pause: pause)
    }

    /// A few rows at a time, and no iterator from one pause to the next.
    static func slow(
        rows: Int, _ pause: @escaping @Sendable (_ rows: Int) throws(LedgerError) -> Void
    ) -> CheckPace {
        CheckPace(rows: rows, iteratorRows: rows, readahead: 0, pause: pause)
    }
}
