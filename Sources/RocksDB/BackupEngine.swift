import CRocksDB
import CRocksDBStop
import Synchronization

/// RocksDB's BackupEngine: a folder with backups of one database, sharing the files they have in
/// common.
///
///     meta/ID              which files a backup is made of, with their CRC-32C
///     shared_checksum/     table and blob files, named by content: each is copied once
///     private/ID/          what a backup has alone
///
/// A crash leaves files that no backup names; ``purge(keeping:)`` removes them. It writes no log
/// of its own: RocksDB 7.8 aborts where a line of a log cannot be written.
///
/// RocksDB's `backup_engine.h` lets no two threads change one engine at a time, so a lock is held
/// in every call.
@safe
public final class BackupEngine: @unchecked Sendable {
    /// One complete backup.
    public struct Backup: Hashable, Sendable {
        /// Its number; the newest has the highest.
        public let id: UInt32

        /// When it was begun, in POSIX seconds.
        public let time: Int64

        /// Bytes of its files, those that it shares with others included.
        public let byteCount: UInt64

        /// Number of its files.
        public let fileCount: UInt32
    }

    private let lock = Mutex(())
    private let native: OpaquePointer

    /// Opens the folder `path`, and makes it where it is missing.
    ///
    /// Files are copied one at a time, so that a server that takes a backup keeps its cores, and
    /// are on disk before the backup counts.
    public init(path: String) throws(RocksDBError) {
        let path = try cString(path)
        let env = unsafe rocksdb_create_default_env()
        // The environment itself is RocksDB's for the life of the process; this is a handle.
        defer { unsafe rocksdb_env_destroy(env) }
        let options = unsafe rocksdb_backup_engine_options_create(path)
        defer { unsafe rocksdb_backup_engine_options_destroy(options) }
        unsafe rocksdb_backup_engine_options_set_share_table_files(options, 1)
        unsafe rocksdb_backup_engine_options_set_sync(options, 1)
        unsafe rocksdb_backup_engine_options_set_max_background_operations(options, 1)
        let engine = try unsafe checked { error in
            unsafe rocksdb_backup_engine_open_opts(options, env, error)
        }
        guard let engine = unsafe engine else {
            throw RocksDBError(.other, "RocksDB returned neither a backup engine nor an error")
        }
        unsafe native = engine
    }

    deinit {
        unsafe rocksdb_backup_engine_close(native)
    }

    /// The backups in the folder that are complete, the oldest first.
    public var backups: [Backup] {
        lock.withLock { _ in
            guard let info = unsafe rocksdb_backup_engine_get_backup_info(native) else { return [] }
            defer { unsafe rocksdb_backup_engine_info_destroy(info) }
            return (0..<(unsafe rocksdb_backup_engine_info_count(info))).map { index in
                Backup(
                    id: unsafe rocksdb_backup_engine_info_backup_id(info, index),
                    time: unsafe rocksdb_backup_engine_info_timestamp(info, index),
                    byteCount: unsafe rocksdb_backup_engine_info_size(info, index),
                    fileCount: unsafe rocksdb_backup_engine_info_number_files(info, index))
            }
        }
    }

    /// Takes a backup of `database` as it is now, after a flush of its memtables.
    ///
    /// The database may be written to meanwhile. Where it fails, no backup is added; the database
    /// is not affected by a destination that fails.
    public func createBackup(of database: Database) throws(RocksDBError) {
        let open = try database.opened()
        defer { withExtendedLifetime(open) {} }
        try unsafe locked { error in
            unsafe rocksdb_backup_engine_create_new_backup_flush(native, open.database, 1, error)
        }
    }

    /// Has ``createBackup(of:)``, which another thread is in, end soon; it then throws.
    ///
    /// No backup is added, and the copied files are removed by the next one. This engine takes none
    /// any more.
    public func stop() {
        unsafe colophon_rocksdb_stop_backup(UnsafeMutableRawPointer(native))
    }

    /// Checks that the files of a backup are there and have their sizes.
    public func verify(_ id: UInt32) throws(RocksDBError) {
        try unsafe locked { error in unsafe rocksdb_backup_engine_verify_backup(native, id, error) }
    }

    /// Removes all but the newest `count` backups, and what a crash has left.
    public func purge(keeping count: UInt32) throws(RocksDBError) {
        try unsafe locked { error in
            unsafe rocksdb_backup_engine_purge_old_backups(native, count, error)
        }
    }

    /// Copies a backup into the folder `path`, and compares each file with its checksum.
    ///
    /// - Throws: `.corruption` where a file is not what was backed up; what is in `path` then is
    ///   of no use.
    public func restore(_ id: UInt32, to path: String) throws(RocksDBError) {
        let path = try cString(path)
        let options = unsafe rocksdb_restore_options_create()
        defer { unsafe rocksdb_restore_options_destroy(options) }
        try unsafe locked { error in
            unsafe rocksdb_backup_engine_restore_db_from_backup(
                native, path, path, options, id, error)
        }
    }

    private func locked(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Void
    ) throws(RocksDBError) {
        try lock.withLock { _ throws(RocksDBError) in try unsafe checked(body) }
    }
}
