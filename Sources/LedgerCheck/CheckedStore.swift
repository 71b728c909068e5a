import Encoding
import LedgerStore
import Merkle
import RocksDB

/// The rows that a check reads: those of one moment where it has a snapshot, else the newest.
///
/// What the disk does not give back becomes a finding, and reading goes on behind it.
struct CheckedStore: Sendable {
    /// The kind of a row that was read.
    enum Row {
        case value([UInt8])
        case absent
        /// The finding is made already.
        case unreadable
    }

    /// The last rows of a family.
    struct LastRows {
        /// Those that can be read, the newest first.
        var rows: [(key: [UInt8], value: [UInt8])] = []

        /// Whether rows behind the first of them may be there that cannot be read.
        var endsInGap = false
    }

    let findings: Findings
    let pace: CheckPace
    private let database: Database
    private let columns: [String: ColumnFamily]
    private let snapshot: Snapshot?

    /// - Parameter columns: what ``columns(of:)`` gave before the snapshot was taken.
    init(
        _ database: Database, columns: [String: ColumnFamily], snapshot: Snapshot?,
        findings: Findings, pace: CheckPace
    ) {
        self.database = database
        self.columns = columns
        self.snapshot = snapshot
        self.findings = findings
        self.pace = pace
    }

    /// The families that are there now, by their names.
    ///
    /// Whoever asks before any row is read has all that the rows say is there: what a migration
    /// removes later can be read to the end.
    static func columns(of database: Database) -> [String: ColumnFamily] {
        database.columnFamilies.filter { !database.isDropped($0.value) }
    }

    /// Whether the folder has this family.
    func has(_ family: StoreLayout.Family) -> Bool {
        columns[family.rawValue] != nil
    }

    /// Reads one row.
    func row(_ key: [UInt8], in family: StoreLayout.Family) throws(LedgerError) -> Row {
        guard let column = columns[family.rawValue] else { return .absent }
        do throws(RocksDBError) {
            let value = try database.get(key, in: column, snapshot: snapshot)
            return value.map { .value($0) } ?? .absent
        } catch {
            try report(error, family, StoreLayout.describe(key, in: family))
            return .unreadable
        }
    }

    /// Reads one row; nil where it is not there, or cannot be read and that was reported.
    func value(_ key: [UInt8], in family: StoreLayout.Family) throws(LedgerError) -> [UInt8]? {
        if case .value(let value) = try row(key, in: family) { return value }
        return nil
    }

    /// Calls `body` with each row from `lower` to before `upper`, and returns whether these are all
    /// there are.
    ///
    /// Where they are not, some cannot be read, which is a finding already. A row that was not
    /// given may be one of these: nobody may say then that it is not there.
    func forEachRow(
        in family: StoreLayout.Family, from lower: [UInt8]? = nil, to upper: [UInt8]? = nil,
        _ body: (Span<UInt8>, Span<UInt8>) -> Void
    ) throws(LedgerError) -> Bool {
        var isWhole = true
        let endsInGap = try forEachRowAndGap(in: family, from: lower, to: upper) {
            key, value, isAfterGap in
            if isAfterGap { isWhole = false }
            body(key, value)
        }
        return isWhole && !endsInGap
    }

    /// Calls `body` with each row from `lower` to before `upper`, and with whether rows before it
    /// may have been passed over because they cannot be read.
    ///
    /// Returns whether that is so at the end. Pauses, and takes new iterators, as the pace says.
    func forEachRowAndGap(
        in family: StoreLayout.Family, from lower: [UInt8]? = nil, to upper: [UInt8]? = nil,
        _ body: (Span<UInt8>, Span<UInt8>, Bool) -> Void
    ) throws(LedgerError) -> Bool {
        guard let column = columns[family.rawValue] else { return false }
        var start = lower
        var isAfterGap = false
        var last: [UInt8] = []
        while true {
            var count = 0
            var sincePause = 0
            var stop: LedgerError?
            do throws(RocksDBError) {
                var rows = try rows(of: column, from: start, to: upper)
                try rows.seekToFirst()
                while rows.isValid, count < pace.iteratorRows, stop == nil {
                    rows.withRow { body($0, $1, isAfterGap) }
                    isAfterGap = false
                    rows.copyKey(into: &last)
                    count += 1
                    sincePause += 1
                    try rows.next()
                    // The last pause is made without the iterator.
                    if sincePause == pace.rows, count < pace.iteratorRows {
                        stop = pause(sincePause)
                        sincePause = 0
                    }
                }
                if !rows.isValid { start = nil } else { start = last + [0] }
            } catch {
                let end = count > 0 ? last + [0] : start ?? []
                start = try resume(after: end, in: family, column, to: upper, error)
                isAfterGap = true
            }
            if let stop = stop ?? pause(sincePause) { throw stop }
            if start == nil { return isAfterGap }
        }
    }

    /// Pauses after so many rows; returns why the check ends there, if it does.
    private func pause(_ rows: Int) -> LedgerError? {
        do throws(LedgerError) {
            try pace.pause(rows)
            return nil
        } catch {
            return error
        }
    }

    /// The last rows of a family, at most `limit`.
    func lastRows(of family: StoreLayout.Family, limit: Int) throws(LedgerError) -> LastRows {
        guard let column = columns[family.rawValue] else { return LastRows() }
        var found: [(key: [UInt8], value: [UInt8])] = []
        do throws(RocksDBError) {
            var rows = try rows(of: column, from: nil, to: nil)
            try rows.seekToLast()
            while found.count < limit, let key = rows.key, let value = rows.value {
                found.append((key, value))
                try rows.previous()
            }
            return LastRows(rows: found)
        } catch {
            guard error.kind != .closed else { throw .closed }
        }
        // Something at the end cannot be read: the long way, which passes over it and says so.
        found = []
        let endsInGap = try forEachRowAndGap(in: family) { key, value, _ in
            if found.count == limit { found.removeFirst() }
            found.append((key.copied(), value.copied()))
        }
        return LastRows(rows: found.reversed(), endsInGap: endsInGap)
    }

    /// Reports rows of RocksDB's own family `default`, in which nothing of ours is.
    func reportRowsWithoutFamily() throws(LedgerError) {
        guard let column = columns["default"] else { return }
        do throws(RocksDBError) {
            var rows = try rows(of: column, from: nil, to: nil)
            try rows.seekToFirst()
            guard let key = rows.key else { return }
            findings.add(
                CheckFinding(
                    family: "default", key: "0x" + Hex.encode(key), rule: .unknown,
                    detail: "nothing belongs into this family"))
        } catch {
            guard error.kind != .closed else { throw .closed }
            findings.add(
                CheckFinding(
                    family: "default", key: "first", rule: .unreadable,
                    detail: "cannot be read: \(error)"))
        }
    }

    private func rows(
        of column: ColumnFamily, from lower: [UInt8]?, to upper: [UInt8]?
    ) throws(RocksDBError) -> RocksDB.Iterator {
        try Iterator(
            over: column, of: database, lowerBound: lower, upperBound: upper,
            snapshot: snapshot, fillsCache: false, readahead: pace.readahead)
    }

    /// Finds where rows can be read again behind `place`, and reports the gap; nil where nothing
    /// can.
    ///
    /// Steps that double find a place that can be read; halving them finds the first.
    private func resume(
        after place: [UInt8], in family: StoreLayout.Family, _ column: ColumnFamily,
        to upper: [UInt8]?, _ error: RocksDBError
    ) throws(LedgerError) -> [UInt8]? {
        guard error.kind != .closed else { throw .closed }
        var low = KeyPlace(place, in: family)
        var high: KeyPlace?
        for power in 0..<UInt64(64) {
            guard let next = low.advanced(by: 1 << power) else { break }
            if let upper, !next.key.lexicographicallyPrecedes(upper) { break }
            if try isReadable(next, column, upper) {
                high = next
                break
            }
            low = next
        }
        while let bound = high, let middle = low.middle(to: bound) {
            if try isReadable(middle, column, upper) { high = middle } else { low = middle }
        }
        let from = place.isEmpty ? "first" : StoreLayout.describe(place, in: family)
        let to = (high?.key ?? upper).map { StoreLayout.describe($0, in: family) } ?? "last"
        try report(error, family, "\(from)..<\(to)")
        return high?.key
    }

    private func isReadable(
        _ place: KeyPlace, _ column: ColumnFamily, _ upper: [UInt8]?
    ) throws(LedgerError) -> Bool {
        do throws(RocksDBError) {
            var rows = try rows(of: column, from: place.key, to: upper)
            try rows.seekToFirst()
            return true
        } catch {
            guard error.kind != .closed else { throw .closed }
            return false
        }
    }

    private func report(
        _ error: RocksDBError, _ family: StoreLayout.Family, _ key: String
    ) throws(LedgerError) {
        guard error.kind != .closed else { throw .closed }
        let mending = family == .indexHeads ? "; \(IndexCheck.mending)" : ""
        findings.add(family, key, .unreadable, "cannot be read: \(error)\(mending)")
    }
}
