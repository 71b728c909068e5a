import CRocksDB
import Synchronization

/// A RocksDB database: one folder, opened by one process at a time.
///
/// All calls may be made from any task or thread; each blocks for as long as the disk takes.
public final class Database: Sendable {
    /// The column families of this opening, by name.
    public let columnFamilies: [String: ColumnFamily]

    private let open: Mutex<OpenDatabase?>

    /// Opens the database in the folder `path`, and creates it where the options say so.
    ///
    /// Families that do not exist yet are created; the family `default` is always there.
    ///
    /// - Throws: `.lockHeld` where the folder is open already; `.invalidArgument` where there is
    ///   no database (or one, with ``DatabaseOptions/errorIfExists``), or where it has families
    ///   that are not in `columnFamilies`, which a newer version may have made.
    public init(
        path: String, columnFamilies: [ColumnFamilyOptions],
        options: DatabaseOptions = DatabaseOptions()
    ) throws(RocksDBError) {
        var families = columnFamilies
        if !families.contains(where: { $0.name == "default" }) {
            families.append(ColumnFamilyOptions(name: "default"))
        }
        guard Set(families.map(\.name)).count == families.count else {
            throw RocksDBError(.invalidArgument, "a column family is named twice")
        }
        let open = try OpenDatabase(path: path, families, options)
        var named: [String: ColumnFamily] = [:]
        for (index, name) in open.names.enumerated() {
            named[name] = ColumnFamily(name: name, index: index, opening: open.opening)
        }
        self.columnFamilies = named
        self.open = Mutex(open)
    }

    deinit {
        close()
    }

    /// Returns the names of the column families of the closed database in the folder `path`.
    public static func listColumnFamilies(path: String) throws(RocksDBError) -> [String] {
        let path = try cString(path)
        let options = NativeOptions(DatabaseOptions(), [])
        var count = 0
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        // RocksDB allocates a list even where it fails.
        defer { unsafe rocksdb_list_column_families_destroy(names, count) }
        try unsafe checked { error in
            unsafe names = rocksdb_list_column_families(options.database, path, &count, error)
        }
        guard let names = unsafe names else { return [] }
        return (0..<count).compactMap { index in
            unsafe names[index].map { unsafe String(cString: $0) }
        }
    }

    /// Returns the column family `name`.
    ///
    /// - Precondition: the database was opened with it.
    public func columnFamily(_ name: String) -> ColumnFamily {
        guard let family = columnFamilies[name] else {
            preconditionFailure("the database was not opened with the column family \(name)")
        }
        return family
    }

    /// Closes the database, so that every later call throws that it is closed.
    ///
    /// Closing again does nothing. The folder can be opened again once the last call under way,
    /// iterator, snapshot and batch is gone. A write that was synced is on disk, closed or not.
    ///
    /// - Returns: whether this call was the last reference, so that the folder is free now.
    @discardableResult
    public func close() -> Bool {
        guard var last = open.withLock({ $0.take() }) else { return false }
        last.isClosed.store(true, ordering: .relaxed)
        return isKnownUniquelyReferenced(&last)
    }

    /// Throws where the database is closed.
    public func requireOpen() throws(RocksDBError) {
        _ = try opened()
    }

    /// Returns the open database, which stays open for as long as the caller holds it.
    func opened() throws(RocksDBError) -> OpenDatabase {
        guard let open = open.withLock({ $0 }) else { throw .closed }
        return open
    }
}
