import LedgerStore
import Merkle
import RocksDB

/// Adds up the rows of one range of one of the families of ``DerivedRow``.
struct RowsCheck {
    /// Ranges that a family is read in, side by side: one for each value of four bits.
    static let ranges: UInt8 = 16

    private let check: StoreCheck
    private let family: Int

    init(_ check: StoreCheck, family: Int) {
        self.check = check
        self.family = family
    }

    func run(range: UInt8) throws(LedgerError) -> CheckTally {
        var sums = RowSums()
        var count: UInt64 = 0
        let name = DerivedRow.families[family]
        guard !StoreLayout.Family.old.contains(name) || check.bounds.lists.hasOld else {
            return CheckTally()
        }
        // Of rows that cannot be read the sums say nothing: ``RowsNaming`` looks for gaps too.
        _ = try check.store.forEachRow(in: name, from: bound(range), to: bound(range + 1)) {
            key, value in
            count += 1
            guard let row = DerivedRow(family, key: key, value: value) else {
                return check.malformed(name, key.copied(), "does not have the form of its family")
            }
            guard name != .keys || row.digest != .zero else { return mark(row, key) }
            guard check.requires(name, at: row.index) else {
                return check.beyond(row.index, name, key.copied())
            }
            sums.add(check.digester.digest(row))
        }
        var tally = CheckTally()
        tally.stored[family] = sums
        tally.rows[name] = count
        return tally
    }

    /// Reports a mark that is beyond all entries, unless it can have come since.
    private func mark(_ row: DerivedRow, _ key: Span<UInt8>) {
        let end = row.index
        guard end == 0 || (end > check.bounds.size && !check.isPlausible(end - 1)) else { return }
        check.findings.add(
            .keys, StoreLayout.describe(key.copied(), in: .keys), .extra,
            "says that entries below \(end) have rows, of \(check.bounds.size) that there are")
    }

    /// The first key of a range; none for the ends, so that no key is in no range.
    private func bound(_ range: UInt8) -> [UInt8]? {
        guard range > 0, range < Self.ranges else { return nil }
        guard DerivedRow.families[family] == .threads else { return [range * 16] }
        let half = Self.ranges / 2
        return range == half ? [1] : [range / half, range % half * 32]
    }
}
