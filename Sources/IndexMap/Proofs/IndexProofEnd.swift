public import Merkle

/// Where the way along a key ends (index.md §5).
public enum IndexProofEnd: Hashable, Sendable {
    /// In a node of no records.
    case empty

    /// In a bucket of these 1 to 64 records, by index and key.
    case bucket([Record])

    /// In a list of the entries of one key: how many they are, and the root over their indexes.
    case list(key: IndexKey, count: UInt64, root: Hash)

    /// A record as a bucket shows it.
    public struct Record: Hashable, Sendable {
        /// The last 8 bytes of its key.
        public let tag: UInt64

        /// The index of its entry.
        public let index: UInt64

        /// Takes a record as it is.
        public init(tag: UInt64, index: UInt64) {
            self.tag = tag
            self.index = index
        }
    }
}
