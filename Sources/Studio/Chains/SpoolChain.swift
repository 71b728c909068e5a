package import Provenance

/// What the log has of the numbers of one spool, and what it lacks (spool.md §6).
///
/// Each number is in the log once, and each statement names the one before it. So an entry that
/// nobody shows leaves a gap, unless it is the newest; and two spools that count on from one
/// folder give a number twice.
package struct SpoolChain: Hashable, Sendable {
    /// Numbers that follow each other.
    package struct Run: Hashable, Sendable {
        /// The first of them.
        package let first: UInt64

        /// The last of them.
        package let last: UInt64

        /// The name of the last one's entry, where the statement after it tells it.
        package let entry: EntryID?
    }

    /// A number that more than one statement has.
    package struct Doubled: Hashable, Sendable {
        /// The number.
        package let number: UInt64

        /// Its statements, as they stand in the log; the index of one that only the spool's folder
        /// has is nil.
        package let entries: [Place]
    }

    /// A statement and where it stands.
    package struct Place: Hashable, Sendable {
        /// Its name.
        package let entry: EntryID

        /// Its index in the log; nil where it is only in the spool's folder.
        package let index: UInt64?
    }

    /// A statement that names another one before it than is there.
    package struct Unlinked: Hashable, Sendable {
        /// Its number.
        package let number: UInt64

        /// The statement.
        package let place: Place

        /// What it names as the one before.
        package let named: EntryID
    }

    /// The spool.
    package let spool: SpoolName

    /// The first number that was looked at.
    package let from: UInt64

    /// The highest number that the log has.
    package let highest: UInt64?

    /// How many statements of this spool were looked at.
    package let count: Int

    /// Numbers below the highest that the log does not have, nor the spool's folder.
    package let missing: [Run]

    /// Numbers that several statements have.
    package let doubled: [Doubled]

    /// Statements that name another one before them.
    package let unlinked: [Unlinked]

    /// Numbers that lie in the spool's folder and are still to be sent, or to be answered.
    package let waiting: [Run]

    /// Numbers that the ledger has refused for good, says the folder.
    package let refused: [Run]

    /// Numbers that have a receipt in the folder, and that the ledger does not show.
    package let withheld: [Run]

    /// Whether each number is there once, or waits, and each link holds.
    package var isWhole: Bool {
        missing.isEmpty && doubled.isEmpty && unlinked.isEmpty && refused.isEmpty
            && withheld.isEmpty
    }

    /// Whether something contradicts, whatever is still to come.
    package var contradicts: Bool { !doubled.isEmpty || !unlinked.isEmpty }
}

extension SpoolChain {
    /// Returns one chain for each spool that has an entry, and for the one whose folder is named.
    ///
    /// - Parameters:
    ///   - entries: proven entries of one issuer, in any order.
    ///   - from: numbers below are not looked at.
    ///   - local: what the folder of one of the spools has.
    package static func all(
        of entries: [NumberedEntry], from: UInt64 = 0, local: SpoolNumbers? = nil
    ) -> [SpoolChain] {
        var bySpool = Dictionary(grouping: entries, by: \.spool)
        if let local { bySpool[local.spool, default: []] += [] }
        return bySpool.keys.sorted().map { spool in
            SpoolChain(
                spool, bySpool[spool] ?? [], from: from,
                local: local.flatMap { $0.spool == spool ? $0 : nil })
        }
    }

    private init(
        _ spool: SpoolName, _ entries: [NumberedEntry], from: UInt64, local: SpoolNumbers?
    ) {
        let numbers = ChainNumbers(entries, from: from, local: local)
        self.spool = spool
        self.from = from
        highest = numbers.logged.keys.max()
        count = numbers.logged.values.reduce(0) { $0 + $1.count }
        let runs = numbers.runs()
        (missing, waiting) = (runs.missing, runs.waiting)
        (refused, withheld) = (runs.refused, runs.withheld)
        doubled = numbers.doubled
        unlinked = numbers.unlinked
    }
}
