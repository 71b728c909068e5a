import CRocksDB

extension Database {
    /// Makes all changes of `batch` visible together, and durable together.
    ///
    /// - Parameter sync: whether to return only when the disk has them. Without it the operating
    ///   system has them, which survives the end of the process but not of the machine; a later
    ///   sync takes them along.
    /// - Throws: after an `.ioError` nothing is known about the batch: it may come back when the
    ///   folder is opened again, and until then RocksDB takes no more writes.
    public func write(_ batch: WriteBatch, sync: Bool) throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        guard batch.open === open else {
            throw RocksDBError(.invalidArgument, "the batch is of another opening")
        }
        let options = unsafe sync ? open.syncedWriteOptions : open.writeOptions
        PerformanceContext.stop()
        try unsafe checked { error in
            unsafe rocksdb_write(open.database, options, batch.native, error)
        }
    }

    /// Sets one row: a batch of one.
    public func put(
        key: [UInt8], value: [UInt8], in family: ColumnFamily, sync: Bool = false
    ) throws(RocksDBError) {
        let batch = try WriteBatch(for: self)
        _ = try unsafe batch.open.handle(of: family)
        batch.put(key: key, value: value, in: family)
        try write(batch, sync: sync)
    }

    /// Waits until the disk has everything that was written without sync.
    public func syncWAL() throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        try unsafe checked { error in unsafe rocksdb_flush_wal(open.database, 1, error) }
    }

    /// Writes all rows that are only in memory and log to files, and waits for the disk.
    public func flush() throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let options = unsafe rocksdb_flushoptions_create()
        defer { unsafe rocksdb_flushoptions_destroy(options) }
        unsafe rocksdb_flushoptions_set_wait(options, 1)
        for index in unsafe open.handles.indices where !open.isDropped(at: index) {
            try unsafe checked { error in
                unsafe rocksdb_flush_cf(open.database, options, open.handles[index], error)
            }
        }
    }

    /// Rewrites all files of `family`, so that deleted and replaced rows leave the disk.
    ///
    /// Rows that a snapshot can still see stay. The C API does not say whether it failed; if so,
    /// later writes do.
    public func compact(_ family: ColumnFamily) throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        unsafe rocksdb_compact_range_cf(open.database, handle, nil, 0, nil, 0)
    }

    /// Makes a copy of the database as it is now in the new folder `path`, ready to be opened.
    ///
    /// Files that never change are hard links where both folders are on one file system, so it is
    /// quick; rows that are only in memory are written to files first.
    ///
    /// - Throws: `.invalidArgument` where `path` exists.
    public func createCheckpoint(to path: String) throws(RocksDBError) {
        let path = try cString(path)
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let checkpoint = try unsafe checked { error in
            unsafe rocksdb_checkpoint_object_create(open.database, error)
        }
        defer { unsafe rocksdb_checkpoint_object_destroy(checkpoint) }
        try unsafe checked { error in
            // 0 bytes of log are too many: the copy consists of files only.
            unsafe rocksdb_checkpoint_create(checkpoint, path, 0, error)
        }
    }

    /// Returns the property `name` (see `DB::Properties` in RocksDB's `db.h`) of `family`, or of
    /// `default`; nil where RocksDB doesn't know it or the database is closed.
    public func property(_ name: String, of family: ColumnFamily? = nil) -> String? {
        guard let open = try? opened(), let name = try? cString(name) else { return nil }
        defer { withExtendedLifetime(open) {} }
        let value: UnsafeMutablePointer<CChar>?
        if let family {
            guard let handle = try? unsafe open.handle(of: family) else { return nil }
            unsafe value = rocksdb_property_value_cf(open.database, handle, name)
        } else {
            unsafe value = rocksdb_property_value(open.database, name)
        }
        guard let value = unsafe value else { return nil }
        defer { unsafe rocksdb_free(value) }
        return unsafe String(cString: value)
    }
}
