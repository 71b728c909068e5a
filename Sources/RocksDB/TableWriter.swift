import CRocksDB

/// Writes one table file, row by row in the order of their keys, for ``Database/ingest(_:into:)``.
///
///     var table = try TableWriter(path: path, options: family)
///     for key in keys { try table.put(key: key, value: []) }
///     let byteCount = try table.finish()
///
/// The file is written where the path says, over what is there, and follows links: so the folder
/// must be the caller's alone. A writer that goes away before ``finish()`` leaves a part of a file,
/// which is of no use.
@safe
public struct TableWriter: ~Copyable {
    private let native: OpaquePointer
    private let environment: OpaquePointer
    private var last: [UInt8] = []
    private var count = 0

    /// Begins the file `path`, with blocks, filters and compression as the family has them.
    public init(path: String, options: ColumnFamilyOptions) throws(RocksDBError) {
        let path = try cString(path)
        var none = DatabaseOptions()
        none.blockCacheByteCount = 0
        // RocksDB copies the options as it makes the writer.
        let options = NativeOptions(none, [options])
        guard let environment = unsafe rocksdb_envoptions_create(),
            let native = unsafe rocksdb_sstfilewriter_create(
                environment, options.columnFamilies[0])
        else { throw RocksDBError(.other, "RocksDB made no writer of table files") }
        do throws(RocksDBError) {
            try unsafe checked { error in unsafe rocksdb_sstfilewriter_open(native, path, error) }
        } catch {
            unsafe rocksdb_sstfilewriter_destroy(native)
            unsafe rocksdb_envoptions_destroy(environment)
            throw error
        }
        unsafe self.environment = environment
        unsafe self.native = native
    }

    deinit {
        unsafe rocksdb_sstfilewriter_destroy(native)
        unsafe rocksdb_envoptions_destroy(environment)
    }

    /// Adds a row, whose key must sort after that of the row before.
    ///
    /// - Throws: `.invalidArgument` where it does not; the row is not added then.
    public mutating func put(key: Span<UInt8>, value: Span<UInt8>) throws(RocksDBError) {
        guard count == 0 || key.isAbove(last) else {
            throw RocksDBError(.invalidArgument, "a row does not sort after the row before it")
        }
        guard key.count <= UInt32.max, value.count <= UInt32.max else {
            throw RocksDBError(.invalidArgument, "RocksDB keeps keys and values below 4 GiB")
        }
        try unsafe key.withCBytes { keyStart, keyCount throws(RocksDBError) in
            try unsafe value.withCBytes { valueStart, valueCount throws(RocksDBError) in
                try unsafe checked { error in
                    unsafe rocksdb_sstfilewriter_put(
                        native, keyStart, keyCount, valueStart, valueCount, error)
                }
            }
        }
        count += 1
        last.removeAll(keepingCapacity: true)
        unsafe key.withUnsafeBufferPointer { unsafe last.append(contentsOf: $0) }
    }

    /// Adds a row, whose key must sort after that of the row before.
    public mutating func put(key: [UInt8], value: [UInt8]) throws(RocksDBError) {
        try put(key: key.span, value: value.span)
    }

    /// Ends the file, waits until the disk has it, and returns its number of bytes.
    ///
    /// - Throws: `.invalidArgument` where no row was added: RocksDB has no table without rows.
    public consuming func finish() throws(RocksDBError) -> UInt64 {
        guard count > 0 else { throw RocksDBError(.invalidArgument, "a table file has no rows") }
        try unsafe checked { error in unsafe rocksdb_sstfilewriter_finish(native, error) }
        var byteCount: UInt64 = 0
        unsafe rocksdb_sstfilewriter_file_size(native, &byteCount)
        return byteCount
    }
}

extension Span<UInt8> {
    /// Whether these bytes sort after `other`.
    fileprivate func isAbove(_ other: [UInt8]) -> Bool {
        for place in 0..<Swift.min(count, other.count) where self[place] != other[place] {
            return self[place] > other[place]
        }
        return count > other.count
    }
}
