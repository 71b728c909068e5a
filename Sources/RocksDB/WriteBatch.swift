import CRocksDB

/// Changes that become visible and durable together or not at all.
///
/// A batch belongs to one opening of a database, and holds it open in the background.
@safe
public final class WriteBatch {
    let open: OpenDatabase

    /// The `rocksdb_writebatch_t`.
    let native: OpaquePointer

    /// Creates an empty batch for `database`.
    public init(for database: Database) throws(RocksDBError) {
        open = try database.opened()
        unsafe native = rocksdb_writebatch_create()
    }

    deinit {
        unsafe rocksdb_writebatch_destroy(native)
    }

    /// Number of changes.
    public var count: Int {
        Int(unsafe rocksdb_writebatch_count(native))
    }

    /// Bytes that the batch will take in the write-ahead log; an empty batch has 12.
    public var byteCount: Int {
        var count = 0
        _ = unsafe rocksdb_writebatch_data(native, &count)
        return count
    }

    /// Sets the row `key` to `value`.
    ///
    /// - Precondition: the column family is of the same opening as the batch.
    public func put(key: Span<UInt8>, value: Span<UInt8>, in family: ColumnFamily) {
        let handle = unsafe handle(of: family)
        unsafe withRowBytes(key) { keyStart, keyCount in
            unsafe withRowBytes(value) { valueStart, valueCount in
                unsafe rocksdb_writebatch_put_cf(
                    native, handle, keyStart, keyCount, valueStart, valueCount)
            }
        }
    }

    /// Sets the row `key` to `value`.
    ///
    /// - Precondition: the column family is of the same opening as the batch.
    public func put(key: [UInt8], value: [UInt8], in family: ColumnFamily) {
        put(key: key.span, value: value.span, in: family)
    }

    /// Removes the row `key`, if it is there.
    ///
    /// - Precondition: the column family is of the same opening as the batch.
    public func delete(key: Span<UInt8>, in family: ColumnFamily) {
        let handle = unsafe handle(of: family)
        unsafe withRowBytes(key) { start, count in
            unsafe rocksdb_writebatch_delete_cf(native, handle, start, count)
        }
    }

    /// Removes the row `key`, if it is there.
    ///
    /// - Precondition: the column family is of the same opening as the batch.
    public func delete(key: [UInt8], in family: ColumnFamily) {
        delete(key: key.span, in: family)
    }

    /// Forgets all changes, so that the batch's memory can be used again.
    public func clear() {
        unsafe rocksdb_writebatch_clear(native)
    }

    private func handle(of family: ColumnFamily) -> OpaquePointer {
        precondition(family.opening == open.opening, "the column family is of another opening")
        precondition(!open.isDropped(family), "the column family is dropped")
        return unsafe open.handles[family.index]
    }

    /// Calls `body` with the bytes of a key or value of a size that RocksDB can store.
    private func withRowBytes(_ bytes: Span<UInt8>, _ body: (UnsafePointer<CChar>, Int) -> Void) {
        // The C API drops the status of each change; this is the one way for it to be bad.
        precondition(bytes.count <= UInt32.max, "RocksDB keeps keys and values below 4 GiB")
        unsafe bytes.withCBytes(body)
    }
}
