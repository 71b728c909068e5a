import CRocksDB
import Synchronization

/// An open RocksDB with everything that must be destroyed with it, in the one right order.
///
/// Snapshots, iterators, batches and calls under way hold a reference, so `deinit` runs when
/// none of them is left: destroying them after the database cannot be written down.
///
/// RocksDB's `db.h`: "A DB is safe for concurrent access from multiple threads without any
/// external synchronization." The options are never changed after `init`.
@safe
final class OpenDatabase: @unchecked Sendable {
    private static let openings = Atomic<UInt64>(0)

    /// The `rocksdb_t`.
    let database: OpaquePointer

    /// Tells this opening from every other in this process.
    let opening: UInt64

    /// The families' names, in the order of their handles.
    let names: [String]

    /// The family handles; RocksDB wants them destroyed before the database.
    let handles: [OpaquePointer]

    /// Options of reads that see the newest rows.
    let readOptions: OpaquePointer

    /// Options of writes that return when the operating system has the log record.
    let writeOptions: OpaquePointer

    /// Options of writes that return when the disk has the log record.
    let syncedWriteOptions: OpaquePointer

    /// Keeps writers out of a folder that is only read.
    private let lock: FolderLock?

    /// Whether somebody closed it, though references still keep it.
    let isClosed = Atomic(false)

    /// Places of the families that were dropped since; their handles can still be read.
    private let dropped = Mutex<Set<Int>>([])

    /// Whether any family was dropped: asked for each row that is written, so without the lock.
    private let hasDropped = Atomic(false)

    /// Opens or creates the database in the folder `path`.
    init(
        path: String, _ families: [ColumnFamilyOptions], _ options: DatabaseOptions
    ) throws(RocksDBError) {
        let path = try cString(path)
        lock = try options.readOnly ? FolderLock(database: path) : nil
        let native = NativeOptions(options, families)
        var names: [String] = []
        for family in families {
            names.append(try cString(family.name))
        }
        var handles = unsafe [OpaquePointer?](repeating: nil, count: names.count)
        let database = try unsafe withCBytes(
            of: names.map { $0.utf8 + [0] }
        ) { cNames, _ throws(RocksDBError) in
            try unsafe checked { error in
                guard !options.readOnly else {
                    return unsafe rocksdb_open_for_read_only_column_families(
                        native.database, path, Int32(names.count), cNames,
                        native.columnFamilies.map(Optional.some), &handles, 0, error)
                }
                return unsafe rocksdb_open_column_families(
                    native.database, path, Int32(names.count), cNames,
                    native.columnFamilies.map(Optional.some), &handles, error)
            }
        }
        guard let database = unsafe database else {
            throw RocksDBError(.other, "RocksDB returned neither a database nor an error")
        }
        unsafe self.database = database
        unsafe self.handles = handles.compactMap(\.self)
        self.names = names
        self.opening = Self.openings.add(1, ordering: .relaxed).newValue
        unsafe readOptions = rocksdb_readoptions_create()
        unsafe writeOptions = rocksdb_writeoptions_create()
        unsafe syncedWriteOptions = rocksdb_writeoptions_create()
        unsafe rocksdb_writeoptions_set_sync(syncedWriteOptions, 1)
    }

    deinit {
        unsafe handles.forEach { unsafe rocksdb_column_family_handle_destroy($0) }
        unsafe rocksdb_close(database)
        unsafe rocksdb_readoptions_destroy(readOptions)
        unsafe rocksdb_writeoptions_destroy(writeOptions)
        unsafe rocksdb_writeoptions_destroy(syncedWriteOptions)
    }

    /// Returns the handle of `family`.
    func handle(of family: ColumnFamily) throws(RocksDBError) -> OpaquePointer {
        guard family.opening == opening else {
            throw RocksDBError(
                .invalidArgument, "column family \(family.name) is of another opening")
        }
        return unsafe handles[family.index]
    }

    /// Whether `family` was dropped since the database was opened.
    func isDropped(_ family: ColumnFamily) -> Bool { isDropped(at: family.index) }

    /// Whether the family at this place was dropped since the database was opened.
    func isDropped(at index: Int) -> Bool {
        hasDropped.load(ordering: .acquiring) && dropped.withLock { $0.contains(index) }
    }

    /// Notes that `family` is dropped; false where it was already.
    func noteDropped(_ family: ColumnFamily) -> Bool {
        dropped.withLock { dropped in
            hasDropped.store(true, ordering: .releasing)
            return dropped.insert(family.index).inserted
        }
    }

    /// Returns the options of reads as of `snapshot`, or of the newest rows.
    func readOptions(for snapshot: Snapshot?) throws(RocksDBError) -> OpaquePointer {
        guard let snapshot else { return unsafe readOptions }
        guard snapshot.open === self else {
            throw RocksDBError(.invalidArgument, "the snapshot is of another opening")
        }
        return unsafe snapshot.readOptions
    }
}
