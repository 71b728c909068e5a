package import Provenance

/// What a spool's own folder has of each number: the other side of a check.
package struct SpoolNumbers: Sendable {
    /// What became of a record, as the folder that it lies in says.
    package enum State: Hashable, Sendable {
        /// It was not sent, or its answer is not here.
        case waiting

        /// It has a receipt.
        case registered

        /// The ledger refused it for good.
        case refused
    }

    /// A record of the folder.
    package struct Record: Hashable, Sendable {
        /// The name of the entry that it becomes.
        package let entry: EntryID

        /// What became of it.
        package let state: State

        /// Its index in the log, as its receipt says; nil where it has none.
        package let index: UInt64?

        /// Creates a record.
        package init(entry: EntryID, state: State, index: UInt64? = nil) {
            self.entry = entry
            self.state = state
            self.index = index
        }
    }

    /// Whose numbers these are.
    package let spool: SpoolName

    /// The number that the next record gets: each one below was used.
    package let next: UInt64

    /// The records that the folder has, by their numbers.
    package let records: [UInt64: Record]

    /// Creates the numbers of a folder.
    package init(spool: SpoolName, next: UInt64, records: [UInt64: Record]) {
        self.spool = spool
        self.next = next
        self.records = records
    }

    /// The same, for a log of which only the first `size` entries were read: a record with a
    /// receipt for a later place waits; and how many do.
    package func within(_ size: UInt64) -> (numbers: SpoolNumbers, newer: Int) {
        var newer = 0
        let records = records.mapValues { record in
            guard record.state == .registered, let index = record.index, index >= size
            else { return record }
            newer += 1
            return Record(entry: record.entry, state: .waiting, index: index)
        }
        return (SpoolNumbers(spool: spool, next: next, records: records), newer)
    }
}
