package import Manifests

/// The entries that were found to be near, and how much of the log was looked at.
package struct SimilarityAnswer<Shown: Sendable>: Sendable {
    /// An entry whose manifest has the hash that was found.
    package struct Hit: Sendable {
        /// The row, which the manifest bears out.
        package let row: NearRow

        /// What is said of the entry.
        package let shown: Shown
    }

    /// Entries that were looked at, from the first on.
    package let covered: UInt64

    /// Entries that anyone may see.
    package let entries: UInt64

    /// Whether the index is still being read or made: what is not found may yet be there.
    package let isLoading: Bool

    /// The nearest entries, the nearest first.
    package let hits: [Hit]

    /// Whether there are more that are near enough.
    package let hasMore: Bool

    /// The place behind which they are; nil where there are none.
    package let next: LikenessPlace?
}

/// Why a search has no answer.
package enum SimilarityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too many wait. Ask again later.
    case busy

    /// The index is closed: the server stops.
    case closed

    /// The ledger could not be read, which says nothing about what is in it.
    case unreadable(String)

    /// The file that has erased hashes could neither be written nor removed. Mend the disk or the
    /// folder; it is tried again.
    case unwritable(String)

    /// One line that names what is wrong.
    package var description: String {
        switch self {
        case .busy: "too many searches wait"
        case .closed: "the search by likeness is closed"
        case .unreadable(let reason): reason
        case .unwritable(let reason):
            "the hashes of erased manifests can neither be overwritten nor removed: \(reason)"
        }
    }
}
