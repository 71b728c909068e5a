/// The options of one column family.
public struct ColumnFamilyOptions: Hashable, Sendable {
    /// Where large values are kept apart from their keys, in blob files.
    public struct BlobFiles: Hashable, Sendable {
        /// Values of at least this many bytes go to blob files; smaller ones stay with their keys.
        public var minimumByteCount: UInt64

        /// The size at which the next blob file is begun, in bytes.
        public var fileByteCount: UInt64 = 64 << 20

        /// The compression of values.
        public var compression: Compression = .lz4

        /// Creates the rule for values of at least `minimumByteCount` bytes.
        public init(minimumByteCount: UInt64) {
            self.minimumByteCount = minimumByteCount
        }
    }

    /// The compaction style.
    public enum Merging: Hashable, Sendable {
        /// Into levels, each ten times as large as the one above: least space, and rows that come
        /// in the order of their keys are never written again.
        case leveled

        /// As runs, when there are `runs` of them, the youngest with those that are about as large:
        /// rows with random keys are written again half as often as in levels, and a read may have
        /// to ask more files. For rows that are hardly ever written over: stale ones stay long.
        case tiered(runs: Int)
    }

    /// The family's name; `default` always exists.
    public var name: String

    /// Bits of bloom filter per key, or 0 for none; 10 lets 1 % of absent keys through.
    ///
    /// It saves reads of keys that are not there, so it is for families that are asked for such.
    public var bloomBitsPerKey: Double = 0

    /// The compression of blocks.
    public var compression: Compression = .lz4

    /// Where large values are kept apart, or nil to keep all with their keys.
    public var blobFiles: BlobFiles?

    /// Whether keys are random and asked for one by one: blocks carry a hash index and whole keys,
    /// which makes `get` and merging cheaper and files a little larger.
    public var pointLookups = false

    /// The compaction style.
    public var merging: Merging = .leveled

    /// Bytes this family may hold in memory before it is written to a file.
    public var writeBufferByteCount = 64 << 20

    /// Whether writes of the whole database are slowed down and stopped while compaction of this
    /// family is behind.
    ///
    /// For a family whose rows all come as table files it is no use: those who ingest them wait
    /// (``Database/unmergedFileCount(of:)``), and nobody else.
    public var holdsWritesBack = true

    /// Bytes of rows in a block before compression: the unit of reading and caching.
    public var blockByteCount = 4 << 10

    /// Bytes of one piece of a table's index or filter: such a piece is read and cached as a whole.
    public var metadataByteCount = 4 << 10

    /// Creates the options of a family, to be refined.
    public init(name: String) {
        self.name = name
    }
}
