import CRocksDB

/// Keeps every other process from opening a database for writing while this one reads it.
///
/// It is shared: several readers may hold it. A folder without the file `LOCK` is a copy that
/// nobody has opened yet, and is not locked, because nothing is to be written into it.
final class FolderLock {
    private let file: Int32

    /// Takes the lock of the database in the folder `database`.
    ///
    /// - Throws: `.lockHeld` where another process has the database open.
    init(database: String) throws(RocksDBError) {
        file = unsafe colophon_lock_shared(database + "/LOCK")
        if file == -2 {
            throw RocksDBError(.lockHeld, "\(database) is open in another process")
        }
        if file == -3 {
            throw RocksDBError(.ioError(noSpace: false), "\(database)/LOCK cannot be locked")
        }
    }

    deinit {
        if file >= 0 { colophon_unlock(file) }
    }
}
