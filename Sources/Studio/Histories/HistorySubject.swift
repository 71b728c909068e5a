package import Merkle
package import Provenance

/// The entry whose history somebody wants.
package enum HistorySubject: Sendable {
    /// That of a record, which may not be in the ledger.
    case record(TransparentStatement)

    /// The one of this name.
    case entry(EntryID)

    /// The one at this position.
    case index(UInt64)

    /// The first that names this file.
    case artifact(Hash)
}
