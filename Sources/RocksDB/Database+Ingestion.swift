import CRocksDB

extension Database {
    /// Makes all rows of a table file that ``TableWriter`` has finished part of `family`, at once
    /// and durably.
    ///
    /// Where file and database lie on one file system the file is moved, else it is copied. Other
    /// writes wait meanwhile. Rows of the family with the same keys are replaced. The file is gone
    /// from its place afterwards; where this throws, it may still be there.
    ///
    /// - Throws: after an `.ioError` nothing is known about the rows: they are there or not, and
    ///   RocksDB may take no more writes until the folder is opened again.
    public func ingest(_ path: String, into family: ColumnFamily) throws(RocksDBError) {
        let path = try cString(path)
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        guard !open.isDropped(family) else { throw .dropped(family) }
        let options = unsafe rocksdb_ingestexternalfileoptions_create()
        defer { unsafe rocksdb_ingestexternalfileoptions_destroy(options) }
        unsafe rocksdb_ingestexternalfileoptions_set_move_files(options, 1)
        try unsafe withCBytes(of: [path.utf8 + [0]]) { paths, _ throws(RocksDBError) in
            try unsafe checked { error in
                unsafe rocksdb_ingest_external_file_cf(
                    open.database, handle, paths, 1, options, error)
            }
        }
    }

    /// Removes a column family and all its rows; the next opening must not name it.
    ///
    /// Whoever reads it goes on reading it: its files leave the disk when the database is closed.
    /// Nothing may be written to it any more.
    public func drop(_ family: ColumnFamily) throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        // Noted first: nobody flushes or fills it from here on, and a drop that failed in between
        // leaves a family that is only read until the next opening.
        guard open.noteDropped(family) else { throw .dropped(family) }
        try unsafe checked { error in
            unsafe rocksdb_drop_column_family(open.database, handle, error)
        }
    }

    /// Whether `family` was dropped since the database was opened.
    public func isDropped(_ family: ColumnFamily) -> Bool {
        (try? opened())?.isDropped(family) ?? false
    }

    /// Number of files of `family` whose rows no compaction has merged yet.
    public func unmergedFileCount(of family: ColumnFamily) -> Int {
        property("rocksdb.num-files-at-level0", of: family).flatMap { Int($0) } ?? 0
    }
}

extension RocksDBError {
    fileprivate static func dropped(_ family: ColumnFamily) -> RocksDBError {
        RocksDBError(.invalidArgument, "column family \(family.name) is dropped")
    }
}
