import CRocksDB

extension Database {
    /// Rewrites the files of `family` that have rows from `first` to `last`, the last level's too,
    /// so that replaced values leave them; values in blob files are copied out of every file that
    /// such a row leads to.
    ///
    /// Compactions that RocksDB begins by itself go on meanwhile. Rows that a snapshot can still
    /// see stay. The C API does not say whether it failed, or was ended by ``stopCompactions()``:
    /// ask ``hasStaleValues(in:)`` afterwards.
    public func compact(
        _ family: ColumnFamily, from first: [UInt8], through last: [UInt8]
    ) throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        let options = unsafe rocksdb_compactoptions_create()
        defer { unsafe rocksdb_compactoptions_destroy(options) }
        unsafe rocksdb_compactoptions_set_exclusive_manual_compaction(options, 0)
        // kForceOptimized: files of the last level too, but none that this call has made.
        unsafe rocksdb_compactoptions_set_bottommost_level_compaction(options, 3)
        unsafe first.span.withCBytes { start, startCount in
            unsafe last.span.withCBytes { end, endCount in
                unsafe rocksdb_compact_range_cf_opt(
                    open.database, handle, options, start, startCount, end, endCount)
            }
        }
    }

    /// Ends manual compactions and refuses new ones: for a database that is about to close.
    ///
    /// RocksDB waits for those under way, which give up at their next row.
    public func stopCompactions() {
        guard let open = try? opened() else { return }
        unsafe rocksdb_disable_manual_compaction(open.database)
        withExtendedLifetime(open) {}
    }

    /// Removes every file of the folder that nothing needs any more, before it returns.
    ///
    /// RocksDB does so by itself, a little later. While a backup copies files, none is removed.
    public func removeObsoleteFiles() throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        try unsafe checked { error in
            unsafe rocksdb_disable_file_deletions(open.database, error)
        }
        // Turning them on again looks through the whole folder.
        try unsafe checked { error in
            unsafe rocksdb_enable_file_deletions(open.database, 0, error)
        }
    }

    /// Whether blob files of `family` hold values that no row leads to any more.
    public func hasStaleValues(in family: ColumnFamily) -> Bool {
        property("rocksdb.live-blob-file-garbage-size", of: family) != "0"
    }

    /// Whether files of `family` are kept that are no part of it any more: for an iterator that
    /// was begun before, or for a backup.
    public func hasKeptFiles(of family: ColumnFamily) -> Bool {
        func differs(_ total: String, _ live: String) -> Bool {
            property("rocksdb.\(total)", of: family) != property("rocksdb.\(live)", of: family)
        }
        return property("rocksdb.is-file-deletions-enabled") != "1"
            || differs("total-sst-files-size", "live-sst-files-size")
            || differs("total-blob-file-size", "live-blob-file-size")
    }

    /// Number of snapshots that are held.
    public var snapshotCount: Int {
        property("rocksdb.num-snapshots").flatMap { Int($0) } ?? 0
    }
}
