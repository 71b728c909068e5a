import LedgerStore
import Merkle
import RocksDB

/// Names the rows by which families differ from what the leaves ask for.
///
/// The leaves are read once more, and the rows of the parts that differ are kept until they are
/// found in their family. Rows that are left are missing; rows that were found and not kept are
/// extra.
struct RowsNaming {
    /// Parts of a family that are looked at: a few rows touch few parts, and the memory for one
    /// is that of a 256th of the family.
    private static let partLimit = 16

    private let check: StoreCheck
    private let parts: [Set<Int>]
    private let badLeaves: Set<UInt64>
    private var missing: [Set<DerivedRow>]

    /// - Parameter badLeaves: entries whose bytes are not the logged ones: of their rows nothing
    ///   can be said, and the entries are findings already.
    init(_ check: StoreCheck, parts: [[Int]], badLeaves: Set<UInt64>) {
        self.check = check
        self.badLeaves = badLeaves
        self.parts = parts.map { Set($0.prefix(Self.partLimit)) }
        missing = parts.map { _ in [] }
        for (family, parts) in zip(DerivedRow.families, parts) where parts.count > Self.partLimit {
            check.findings.add(
                family, "many", .index,
                "\(parts.count) of \(RowSums.partCount) parts differ; the rows of "
                    + "\(Self.partLimit) of them are looked at")
        }
    }

    mutating func run() throws(LedgerError) {
        guard parts.contains(where: { !$0.isEmpty }) else { return }
        try readLeaves()
        for family in parts.indices where !parts[family].isEmpty {
            try compare(family)
        }
    }

    private mutating func readLeaves() throws(LedgerError) {
        var rows = LeafRows(check.bounds.lists)
        let end = StoreLayout.key(check.bounds.size)
        // Entries that cannot be read are among the bad leaves.
        _ = try check.store.forEachRow(in: .entries, to: end) { key, leaf in
            guard let index = StoreLayout.number(key), !badLeaves.contains(index),
                rows.read(leaf)
            else { return }
            rows.forEach(at: index, check.bounds.lists) { row in
                if parts[row.family].contains(part(of: row)) { missing[row.family].insert(row) }
            }
        }
    }

    private mutating func compare(_ family: Int) throws(LedgerError) {
        let name = DerivedRow.families[family]
        var extra: [DerivedRow] = []
        let isWhole = try check.store.forEachRow(in: name) { key, value in
            guard let row = DerivedRow(family, key: key, value: value),
                check.requires(name, at: row.index), !badLeaves.contains(row.index),
                name != .keys || row.digest != .zero,
                parts[family].contains(part(of: row)), missing[family].remove(row) == nil,
                extra.count < Findings.limitPerFamily
            else { return }
            extra.append(row)
        }
        report(extra, in: family)
        // Rows that cannot be read are findings already.
        guard isWhole else { return }
        for row in missing[family].sorted(by: { $0.index < $1.index }) {
            check.findings.add(
                name, row.description, .missing, "is not there, which entry \(row.index) asks for")
        }
    }

    /// Reports rows too many; one whose digest another row should have leads to a wrong entry.
    private mutating func report(_ extra: [DerivedRow], in family: Int) {
        let name = DerivedRow.families[family]
        for row in extra {
            let right = family < 2 ? missing[family].first { $0.digest == row.digest } : nil
            if let right {
                missing[family].remove(right)
                check.findings.add(
                    name, row.description, .index,
                    "leads to entry \(row.index) and must lead to \(right.index)")
            } else {
                check.findings.add(
                    name, row.description, .extra, "does not follow from entry \(row.index)")
            }
        }
    }

    private func part(of row: DerivedRow) -> Int {
        RowSums.part(of: check.digester.digest(row))
    }
}
