/// The options of an open database.
///
/// Not offered because the ledger's promises need them: write-ahead logging is always on,
/// writes are always ordered, checksums are always verified.
public struct DatabaseOptions: Hashable, Sendable {
    /// The treatment of a write-ahead log that was cut short or damaged.
    public enum WALRecovery: Hashable, Sendable {
        /// Opens with everything before the first bad record; the caller must know how much
        /// there ought to be, for rot in the middle silently drops what follows it.
        case pointInTime

        /// Refuses to open where a record is bad, even the last one after a crash.
        case absoluteConsistency
    }

    /// The level of RocksDB's `LOG` file.
    public enum InfoLogLevel: Int, Hashable, Sendable {
        /// Everything.
        case debug
        /// Its actions.
        case info
        /// A warning.
        case warn
        /// The error.
        case error
        /// A fatal error.
        case fatal
    }

    /// Whether a folder without a database gets a new one.
    public var createIfMissing = false

    /// Whether a folder with a database is refused.
    public var errorIfExists = false

    /// Whether nothing may be written.
    ///
    /// The log is read into memory and left as it is; no file of the folder is made, changed or
    /// removed; the folder is locked against writers; its families may be left out. Only in a
    /// process that has not opened the folder otherwise: the system gives all of a process's locks
    /// on a file back together.
    public var readOnly = false

    /// Whether everything read is checked as strictly as RocksDB can.
    public var paranoidChecks = true

    /// The treatment of a write-ahead log that was cut short or damaged.
    public var walRecovery: WALRecovery = .pointInTime

    /// Whether all column families are always written to files together.
    public var atomicFlush = true

    /// Bytes that all families together may hold in memory before they are written to files.
    public var writeBufferByteCount = 64 << 20

    /// Bytes of write-ahead log above which memory is written to files; bounds the time to open.
    public var maximumWALByteCount: UInt64 = 64 << 20

    /// Files kept open at a time, or -1 for all.
    public var maximumOpenFiles = 512

    /// Bytes of the one cache of blocks, indexes and filters that all families share.
    public var blockCacheByteCount = 64 << 20

    /// Threads for writing memory to files and for compaction.
    public var parallelism = 2

    /// The level of RocksDB's `LOG` file.
    public var infoLogLevel: InfoLogLevel = .warn

    /// Number of `LOG` files that are kept.
    public var keptLogFiles = 4

    /// Bytes after which a new `LOG` file is begun.
    public var logFileByteCount = 4 << 20

    /// Creates the options the ledger uses, to be refined.
    public init() {}
}
