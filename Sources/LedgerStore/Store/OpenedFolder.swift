import Files
import RocksDB

/// The database of a store's folder, opened: of this format, or made so.
///
/// A folder of format 1 becomes one of format 2 here, by whoever opens it to write: first the rows
/// that say so, synced, then the family `keys`. From there on an older program refuses it. Its
/// rows of `keys` are written behind the sequencer (``Migration``).
///
/// Table files outlive a write-ahead log that was cut. So where a mark of `keys` is beyond the
/// newest head, its rows may be of entries that are gone: the family is emptied, and written anew
/// from the leaves, before anybody reads it.
///
/// | a crash after | leaves | repaired by |
/// |---|---|---|
/// | the rows that say format 2 | no family `keys` | the next opening, which makes it |
/// | the rows that say that `keys` is empty | rows and a mark beyond the head | the next opening |
/// | the removal of `keys` | no family `keys` | the next opening |
/// | a family of an index is made | some of three | the next opening, which makes the others |
struct OpenedFolder {
    let database: Database

    /// Whether this opening has begun the migration.
    private(set) var hasUpgraded = false

    /// Whether rows of `keys` were ahead of the newest head, so that all of them went.
    private(set) var hasEmptiedKeys = false

    private typealias Family = StoreLayout.Family
    private typealias MetaName = StoreLayout.MetaName

    /// Makes a new store in the folder.
    init(making path: String, cacheByteCount: Int, makesIndex: Bool) throws(LedgerError) {
        database = try Self.open(
            path, Set(Family.current + (makesIndex ? Family.index : [])),
            cacheByteCount: cacheByteCount, create: true)
    }

    /// Opens a store that is there.
    ///
    /// - Parameter makesIndex: whether the families of an index are made where they are not there.
    ///   A crash may have left some of them: then the others are made too.
    init(_ path: String, cacheByteCount: Int, makesIndex: Bool) throws(LedgerError) {
        let names = try Self.families(in: path)
        let old = Family.old.filter { names.contains($0.rawValue) }
        let index = Family.index.filter { names.contains($0.rawValue) }
        let all = Set(Family.current + old + (makesIndex || !index.isEmpty ? Family.index : []))
        let hasKeys = names.contains(Family.keys.rawValue)
        let hasAll = all.allSatisfy { names.contains($0.rawValue) }
        // Before the format is known nothing is made that an older program does not know.
        let known = all.filter {
            names.contains($0.rawValue) || ($0 != .keys && !Family.index.contains($0))
        }
        var database = try Self.open(path, known, cacheByteCount: cacheByteCount)
        do throws(LedgerError) {
            hasUpgraded = try Self.settleFormat(of: database)
            if hasKeys, try Self.areKeysAhead(in: database) {
                try Self.emptyKeys(of: database)
                hasEmptiedKeys = true
            }
        } catch {
            database.close()
            throw error
        }
        if !hasAll || hasEmptiedKeys {
            database.close()
            database = try Self.open(path, all, cacheByteCount: cacheByteCount)
        }
        self.database = database
    }

    /// The names of the families in a folder, each of which this program must know.
    private static func families(in path: String) throws(LedgerError) -> [String] {
        let names: [String]
        do throws(RocksDBError) {
            names = try Database.listColumnFamilies(path: path)
        } catch {
            switch error.kind {
            case .invalidArgument, .notFound: throw .noLedger(path: path)
            default: throw .engine(error)
            }
        }
        for name in names where name != "default" && Family(rawValue: name) == nil {
            throw .formatVersion(
                found: "of a newer program, with the column family \(name)",
                supported: StoreLayout.formatVersion)
        }
        return names
    }

    private static func open(
        _ path: String, _ families: Set<Family>, cacheByteCount: Int, create: Bool = false
    ) throws(LedgerError) -> Database {
        var options = DatabaseOptions()
        options.createIfMissing = create
        options.errorIfExists = create
        options.blockCacheByteCount = cacheByteCount
        // RocksDB 7.8 aborts when it logs after a line of its own log could not be written, so
        // on a full disk the log would end the process; errors reach us as values anyway.
        options.infoLogLevel = .fatal
        do throws(RocksDBError) {
            return try Database(
                path: path,
                columnFamilies: Family.allCases.filter { families.contains($0) }
                    .map { StoreLayout.options(of: $0) },
                options: options)
        } catch {
            switch error.kind {
            case .lockHeld: throw .inUse(path: path)
            case .invalidArgument where !create: throw .noLedger(path: path)
            case .ioError(noSpace: true): throw LedgerError(error, path: path)
            default: throw .engine(error)
            }
        }
    }

    // MARK: - The format

    /// Makes sure that the folder says this format; a folder of format 1 says so from here on.
    ///
    /// Returns whether it did not before.
    private static func settleFormat(of database: Database) throws(LedgerError) -> Bool {
        guard let format = try row(MetaName.format, of: database) else {
            throw .corrupt("the folder was never finished; remove it and run init again")
        }
        let version = String(decoding: format, as: UTF8.self)
        guard version != StoreLayout.formatVersion else { return false }
        guard version == StoreLayout.olderVersion else {
            throw .formatVersion(found: version, supported: StoreLayout.formatVersion)
        }
        guard let size = try newestSize(in: database) else { throw .corrupt("it has no head") }
        let indexed =
            try row(MetaName.threadsIndexed, of: database)
            .flatMap { StoreLayout.number($0) } ?? 0
        let migration = Migration(base: min(indexed, size), size: size)
        try write(to: database) { batch, meta in
            batch.put(
                key: MetaName.format, value: Array(StoreLayout.formatVersion.utf8), in: meta)
            batch.put(key: MetaName.migration, value: migration.value, in: meta)
            batch.put(
                key: MetaName.keysEnd, value: StoreLayout.key(migration.base), in: meta)
        }
        return true
    }

    /// The size of the newest head, signed or not.
    private static func newestSize(in database: Database) throws(LedgerError) -> UInt64? {
        try last(in: .heads, of: database, below: nil).flatMap { StoreLayout.number($0) }
    }

    // MARK: - Rows that outlived their entries

    /// Whether a table of `keys` may have rows of entries that the store does not have.
    ///
    /// A mark that is damaged may be any mark. The rows follow from the leaves, so a damaged table
    /// of them keeps no ledger from being opened.
    private static func areKeysAhead(in database: Database) throws(LedgerError) -> Bool {
        let end = Iterator.upperBound(ofPrefix: KeyRow.markPrefix)
        let mark: [UInt8]?
        do throws(LedgerError) {
            mark = try last(in: .keys, of: database, below: end)
        } catch {
            guard case .engine(let error) = error, error.kind == .corruption else { throw error }
            return true
        }
        guard let mark else { return false }
        guard let number = StoreLayout.number(mark.suffix(8)) else { return true }
        return number > (try newestSize(in: database) ?? 0)
    }

    /// Says that no entry has its rows, and removes all of them.
    ///
    /// A migration begins anew, where the families of format 1 are both there to list its entries
    /// meanwhile. At its end one or both are gone: then there is nothing left to migrate, and all
    /// entries get their rows as those of any ledger.
    private static func emptyKeys(of database: Database) throws(LedgerError) {
        let hasOld = Family.old.allSatisfy { database.columnFamilies[$0.rawValue] != nil }
        let migration = try row(MetaName.migration, of: database).flatMap { Migration($0) }
            .map { Migration(base: hasOld ? $0.base : 0, size: $0.size) }
        try write(to: database) { batch, meta in
            if let migration {
                batch.put(key: MetaName.migration, value: migration.value, in: meta)
            }
            batch.put(
                key: MetaName.keysEnd, value: StoreLayout.key(migration?.base ?? 0), in: meta)
        }
        try engine { () throws(RocksDBError) in
            try database.drop(database.columnFamily(Family.keys.rawValue))
        }
    }

    // MARK: - Single rows

    private static func row(
        _ name: [UInt8], of database: Database
    ) throws(LedgerError) -> [UInt8]? {
        try engine { () throws(RocksDBError) in
            try database.get(name, in: database.columnFamily(Family.meta.rawValue))
        }
    }

    /// The key of the last row of a family.
    private static func last(
        in family: Family, of database: Database, below end: [UInt8]?
    ) throws(LedgerError) -> [UInt8]? {
        try engine { () throws(RocksDBError) in
            var rows = try Iterator(
                over: database.columnFamily(family.rawValue), of: database, upperBound: end)
            try rows.seekToLast()
            return rows.key
        }
    }

    private static func write(
        to database: Database, _ fill: (WriteBatch, ColumnFamily) -> Void
    ) throws(LedgerError) {
        try engine { () throws(RocksDBError) in
            let batch = try WriteBatch(for: database)
            fill(batch, database.columnFamily(Family.meta.rawValue))
            try database.write(batch, sync: true)
        }
    }

    private static func engine<Result>(
        _ body: () throws(RocksDBError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(RocksDBError) {
            return try body()
        } catch {
            throw .engine(error)
        }
    }
}
