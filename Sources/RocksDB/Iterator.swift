import CRocksDB
import Synchronization

/// Walks over the rows of one column family in the order of their keys, compared as bytes.
///
/// It sees the rows as they were when it was made, or as of its snapshot. It stands on a row or,
/// at first and past either end, on none. Every move throws where RocksDB stopped for another
/// reason than the end of the rows, so an end is always a real one.
///
///     var rows = try Iterator(over: family, of: database, prefix: artifact)
///     try rows.seekToFirst()
///     while rows.isValid {
///         use(rows.key)
///         try rows.next()
///     }
///
/// It keeps the database open in the background; after ``Database/close()`` each move throws.
@safe
public struct Iterator: ~Copyable {
    /// Whether it stands on a row.
    public private(set) var isValid = false

    private let open: OpenDatabase
    private let options: IteratorOptions
    private let native: OpaquePointer

    /// Creates an iterator over the keys from `lowerBound` to just before `upperBound`.
    ///
    /// It stands on no row until the first seek.
    ///
    /// - Parameters:
    ///   - lowerBound: the smallest key to see; nil for no bound.
    ///   - upperBound: the smallest key above those to see; nil for no bound.
    ///   - snapshot: the moment to see; nil for now.
    ///   - fillsCache: false for a long pass that should leave the block cache to others.
    ///   - readahead: bytes to read ahead in one piece; 0 lets RocksDB find out by itself.
    public init(
        over family: ColumnFamily, of database: Database, lowerBound: [UInt8]? = nil,
        upperBound: [UInt8]? = nil, snapshot: Snapshot? = nil, fillsCache: Bool = true,
        readahead: Int = 0
    ) throws(RocksDBError) {
        let open = try database.opened()
        let handle = try unsafe open.handle(of: family)
        _ = try unsafe open.readOptions(for: snapshot)
        if let lowerBound, let upperBound, upperBound.lexicographicallyPrecedes(lowerBound) {
            throw RocksDBError(.invalidArgument, "the upper bound is below the lower bound")
        }
        let options = IteratorOptions(
            lowerBound: lowerBound, upperBound: upperBound, snapshot: snapshot,
            fillsCache: fillsCache, readahead: readahead)
        guard
            let native = unsafe rocksdb_create_iterator_cf(open.database, options.native, handle)
        else {
            throw RocksDBError(.other, "RocksDB made no iterator")
        }
        self.open = open
        self.options = options
        unsafe self.native = native
    }

    /// Creates an iterator over the keys that begin with `prefix`.
    public init(
        over family: ColumnFamily, of database: Database, prefix: [UInt8],
        snapshot: Snapshot? = nil, fillsCache: Bool = true
    ) throws(RocksDBError) {
        try self.init(
            over: family, of: database, lowerBound: prefix,
            upperBound: Self.upperBound(ofPrefix: prefix), snapshot: snapshot,
            fillsCache: fillsCache)
    }

    deinit {
        unsafe rocksdb_iter_destroy(native)
    }

    /// Returns the smallest key above all that begin with `prefix`, or nil where there is none.
    public static func upperBound(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        guard let last = prefix.lastIndex(where: { $0 != 0xFF }) else { return nil }
        return prefix[..<last] + [prefix[last] + 1]
    }

    /// Moves to the first row within the bounds; returns whether there is one.
    @discardableResult
    public mutating func seekToFirst() throws(RocksDBError) -> Bool {
        try checkOpen()
        unsafe rocksdb_iter_seek_to_first(native)
        return try arrive()
    }

    /// Moves to the last row within the bounds; returns whether there is one.
    @discardableResult
    public mutating func seekToLast() throws(RocksDBError) -> Bool {
        try checkOpen()
        unsafe rocksdb_iter_seek_to_last(native)
        return try arrive()
    }

    /// Moves to the first row at or after `key`; returns whether there is one.
    @discardableResult
    public mutating func seek(to key: Span<UInt8>) throws(RocksDBError) -> Bool {
        try checkOpen()
        unsafe key.withCBytes { start, count in unsafe rocksdb_iter_seek(native, start, count) }
        return try arrive()
    }

    /// Moves to the first row at or after `key`; returns whether there is one.
    @discardableResult
    public mutating func seek(to key: [UInt8]) throws(RocksDBError) -> Bool {
        try seek(to: key.span)
    }

    /// Moves to the last row at or before `key`; returns whether there is one.
    @discardableResult
    public mutating func seekBackward(to key: Span<UInt8>) throws(RocksDBError) -> Bool {
        try checkOpen()
        unsafe key.withCBytes { start, count in
            unsafe rocksdb_iter_seek_for_prev(native, start, count)
        }
        return try arrive()
    }

    /// Moves to the last row at or before `key`; returns whether there is one.
    @discardableResult
    public mutating func seekBackward(to key: [UInt8]) throws(RocksDBError) -> Bool {
        try seekBackward(to: key.span)
    }

    /// Moves to the next row; returns whether there is one.
    ///
    /// From no row it does not move.
    @discardableResult
    public mutating func next() throws(RocksDBError) -> Bool {
        guard isValid else { return false }
        try checkOpen()
        unsafe rocksdb_iter_next(native)
        return try arrive()
    }

    /// Moves to the row before; returns whether there is one.
    ///
    /// From no row it does not move.
    @discardableResult
    public mutating func previous() throws(RocksDBError) -> Bool {
        guard isValid else { return false }
        try checkOpen()
        unsafe rocksdb_iter_prev(native)
        return try arrive()
    }

    /// A copy of the row's key; nil where it stands on none.
    public var key: [UInt8]? {
        var key: [UInt8]?
        withKey { key = $0.copied() }
        return key
    }

    /// A copy of the row's value; nil where it stands on none.
    public var value: [UInt8]? { withValue { $0.copied() } }

    /// Calls `body` with the row's key in place, where it stands on a row.
    ///
    /// It is not generic: a generic result would be looked up at run time for each row, because
    /// the caller is in another module.
    public func withKey(_ body: (Span<UInt8>) -> Void) {
        guard isValid else { return }
        var count = 0
        let start = unsafe rocksdb_iter_key(native, &count)
        unsafe withSpan(start: start, count: count, body)
    }

    /// Calls `body` with the row's value in place, and returns what it returns; nil without a row.
    public func withValue<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        guard isValid else { return nil }
        var count = 0
        let start = unsafe rocksdb_iter_value(native, &count)
        return unsafe withSpan(start: start, count: count, body)
    }

    /// Calls `body` with the row's key and value in place, where it stands on a row; not generic,
    /// as ``withKey(_:)``.
    public func withRow(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
        guard isValid else { return }
        var (keyCount, valueCount) = (0, 0)
        let key = unsafe rocksdb_iter_key(native, &keyCount)
        let value = unsafe rocksdb_iter_value(native, &valueCount)
        unsafe withSpan(start: key, count: keyCount) { key in
            unsafe withSpan(start: value, count: valueCount) { value in body(key, value) }
        }
    }

    /// Puts a copy of the row's key into `bytes`, whose memory is used again.
    public func copyKey(into bytes: inout [UInt8]) {
        guard isValid else { return }
        var count = 0
        let start = unsafe rocksdb_iter_key(native, &count)
        bytes.removeAll(keepingCapacity: true)
        unsafe withSpan(start: start, count: count) { key in
            unsafe key.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        }
    }

    private mutating func checkOpen() throws(RocksDBError) {
        guard !open.isClosed.load(ordering: .relaxed) else {
            isValid = false
            throw .closed
        }
    }

    /// Finds out where a move ended: on a row, at the end, or at an error.
    private mutating func arrive() throws(RocksDBError) -> Bool {
        isValid = unsafe rocksdb_iter_valid(native) != 0
        if !isValid {
            try unsafe checked { error in unsafe rocksdb_iter_get_error(native, error) }
        }
        return isValid
    }
}
