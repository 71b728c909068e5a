import LedgerStore
import Merkle
import RocksDB

/// Adds up the rows of one range of `ids`, `nonces`, `subjects` or `threads`.
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
        try check.store.forEachRow(in: name, from: bound(range), to: bound(range + 1)) {
            key, value, _ in
            count += 1
            guard let row = DerivedRow(family, key: key, value: value) else {
                return check.malformed(name, key.copied(), "does not have the form of its family")
            }
            guard row.index < check.bound(of: name) else {
                return check.beyond(row.index, name, key.copied())
            }
            sums.add(check.digester.digest(row))
        }
        var tally = CheckTally()
        tally.stored[family] = sums
        tally.rows[name] = count
        return tally
    }

    /// The first key of a range; none for the ends, so that no key is in no range.
    private func bound(_ range: UInt8) -> [UInt8]? {
        guard range > 0, range < Self.ranges else { return nil }
        guard DerivedRow.families[family] == .threads else { return [range * 16] }
        let half = Self.ranges / 2
        return range == half ? [1] : [range / half, range % half * 32]
    }
}
