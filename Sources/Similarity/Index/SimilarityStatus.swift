/// How far an index is.
package struct SimilarityStatus: Hashable, Sendable {
    /// Entries that it covers, from the first on.
    package var covered: UInt64 = 0

    /// Pictures that it has, without those that were erased.
    package var pictures = 0

    /// Whether it is still being read or made, and has not yet covered the whole log once.
    package var isLoading = true

    /// Rows that were not what their manifests say; each time the index is made anew.
    package var mismatches = 0

    /// Nothing is covered yet.
    package init() {}
}

/// What an index has to say to those who run the ledger.
package enum SimilarityEvent: Hashable, Sendable {
    /// It covers the whole log.
    case loaded(entries: UInt64, pictures: Int)

    /// The file could not be used, all of it or behind a place, and is made anew.
    case unusable(String)

    /// The file cannot be written: the index is in memory alone.
    case unwritable(String)

    /// The row of this entry was not what its manifest says: the index is made anew.
    case mismatch(entry: UInt64)

    /// The ledger cannot be read; it is tried again.
    case unreadable(String)
}
