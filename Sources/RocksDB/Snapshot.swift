import CRocksDB

/// The rows of a database as they were at one moment.
///
/// Rows it can see are kept on disk while it exists, so hold it for as long as a request takes.
/// It keeps the database open in the background even after ``Database/close()``.
///
/// RocksDB's `snapshot.h`: "A Snapshot is an immutable object and can therefore be safely accessed
/// from multiple threads without any external synchronization." The options never change.
@safe
public final class Snapshot: @unchecked Sendable {
    let open: OpenDatabase

    /// The `rocksdb_snapshot_t`.
    let native: OpaquePointer

    /// Options of reads as of this moment.
    let readOptions: OpaquePointer

    /// Remembers the rows of `database` as they are now.
    public init(of database: Database) throws(RocksDBError) {
        let open = try database.opened()
        guard let native = unsafe rocksdb_create_snapshot(open.database) else {
            throw RocksDBError(.other, "RocksDB made no snapshot")
        }
        self.open = open
        unsafe self.native = native
        unsafe readOptions = rocksdb_readoptions_create()
        unsafe rocksdb_readoptions_set_snapshot(readOptions, native)
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(readOptions)
        unsafe rocksdb_release_snapshot(open.database, native)
    }
}
