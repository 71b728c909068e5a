import Files
package import Merkle
import Provenance
package import RocksDB

/// The rows of one opening of the folder, typed; see ``StoreLayout``.
///
/// Each call blocks for as long as the disk takes.
package struct Store: Sendable {
    package let database: Database
    package let writer: StoreWriter
    package let entries: ColumnFamily
    package let tiles: ColumnFamily
    package let heads: ColumnFamily
    package let ids: ColumnFamily
    package let nonces: ColumnFamily
    package let manifests: ColumnFamily
    package let control: ColumnFamily
    package let anchors: ColumnFamily
    package let keys: ColumnFamily
    package let meta: ColumnFamily

    /// The families of format 1, as far as they are there.
    package let old: (subjects: ColumnFamily?, threads: ColumnFamily?)?

    /// The families of the index; nil in a folder where it was never switched on.
    package let index: IndexFamilies?

    /// Whether this opening has begun to migrate the folder from format 1.
    package let hasUpgraded: Bool

    /// Whether rows of `keys` were found of entries that the store does not have: all of them went.
    package let hasEmptiedKeys: Bool

    /// Where table files lie on their way into the store.
    let ingestPath: String
    let middles = MiddleCache()
    let upperTiles = UpperTiles()

    /// Paths of entries through the full tiles above them: they never change.
    let paths = KeptValues<UInt64, [Hash]>(limit: keptEntries)

    /// Roots of full tiles of lists, by the keys of their rows: they never change.
    ///
    /// At most 4 MiB; the tiles of two million entries are always among them.
    let listTileRoots = KeptValues<[UInt8], Hash>(limit: keptEntries)

    /// Indexes of entries that were asked for by their names: they never change either.
    private let names = KeptValues<Hash, UInt64>(limit: keptEntries)

    /// Entries whose receipts are made without the disk, at most, in about 11 MiB.
    private static let keptEntries = 16 << 10

    /// Opens the folder, or makes a new store in it.
    ///
    /// A folder of format 1 is one of format 2 afterwards, and its migration has begun.
    ///
    /// - Parameter makesIndex: whether the folder is to have an index from now on.
    package init(
        path: String, cacheByteCount: Int, create: Bool, makesIndex: Bool = false,
        faultHook: WriteFaultHook? = nil
    ) throws(LedgerError) {
        try Self.requireRoom(path)
        ingestPath = LedgerPlaces(data: path).ingest
        // Asked before anything is changed: a folder whose tables have no place stays as it is.
        try Self.requireOwnTables(ingestPath)
        let opened =
            create
            ? try OpenedFolder(
                making: path, cacheByteCount: cacheByteCount, makesIndex: makesIndex)
            : try OpenedFolder(path, cacheByteCount: cacheByteCount, makesIndex: makesIndex)
        database = opened.database
        do throws(LedgerError) {
            // Only now is the folder ours: another process may have had it, with its tables.
            try Self.removeTables(ingestPath)
        } catch {
            opened.database.close()
            throw error
        }
        (hasUpgraded, hasEmptiedKeys) = (opened.hasUpgraded, opened.hasEmptiedKeys)
        writer = StoreWriter(database, faultHook: faultHook)
        let database = database
        func family(_ name: StoreLayout.Family) -> ColumnFamily {
            database.columnFamily(name.rawValue)
        }
        (entries, tiles, heads) = (family(.entries), family(.tiles), family(.heads))
        (ids, nonces, keys) = (family(.ids), family(.nonces), family(.keys))
        (manifests, control, meta) = (family(.manifests), family(.control), family(.meta))
        anchors = family(.anchors)
        let old = StoreLayout.Family.old.map { database.columnFamilies[$0.rawValue] }
        self.old = old.allSatisfy { $0 == nil } ? nil : (old[0], old[1])
        index = IndexFamilies(of: database)
    }

    /// Bytes that opening writes beside what the store's log holds: RocksDB prepares its manifest
    /// in pieces of 4 MiB.
    private static let openingByteCount: UInt64 = 4 << 20

    /// Makes sure that there is room for what opening writes.
    ///
    /// RocksDB 7.8 aborts where the disk is full before it is open. What its log holds is written
    /// once more, as tables.
    private static func requireRoom(_ path: String) throws(LedgerError) {
        var (needed, free) = (openingByteCount, UInt64.max)
        do throws(FileError) {
            let folder = try Folder(path)
            for name in try folder.content() where name.hasSuffix(".log") {
                needed += try folder.status(of: name)?.size ?? 0
            }
            free = try folder.freeByteCount
        } catch {
            // RocksDB says what is missing, or makes it.
            guard error.isMissing else { throw LedgerError(error) }
        }
        guard free >= needed else {
            throw .diskFull(
                path: path,
                reason: "the disk is full: \(free) bytes are free, and opening the store writes "
                    + "up to \(needed)")
        }
    }

    /// Closes the folder; reads and writes throw `.closed` from then on.
    package func close() {
        database.close()
    }

    /// Ends compactions that were asked for, and refuses new ones: for a store that is about to
    /// close.
    package func stopCompactions() {
        database.stopCompactions()
    }

    /// Runs `body` and passes RocksDB's errors on as the ledger's.
    @inlinable
    package func reading<Result: ~Copyable>(
        _ body: () throws(RocksDBError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(RocksDBError) {
            return try body()
        } catch {
            throw error.kind == .closed ? .closed : .engine(error)
        }
    }

    /// Writes what `fill` puts into a batch, whole or not at all.
    package func write(
        _ step: WriteStep, sync: Bool, _ fill: (inout RowBatch) -> Void
    ) throws(LedgerError) {
        try writer.write(step, sync: sync) { batch in
            var rows = RowBatch(batch, of: self)
            fill(&rows)
            rows.finish()
        }
    }

    package func value(_ key: [UInt8], in family: ColumnFamily) throws(LedgerError) -> [UInt8]? {
        try reading { () throws(RocksDBError) in try database.get(key, in: family) }
    }

    /// The index of the entry with this name; nil where there is none.
    package func index(of id: Hash) throws(LedgerError) -> UInt64? {
        if let kept = names[id] { return kept }
        let index = try index(of: id, in: ids)
        if let index { names.keep(index, of: id) }
        return index
    }

    /// The index that a row leads to, read where RocksDB has it.
    private func index(of key: Hash, in family: ColumnFamily) throws(LedgerError) -> UInt64? {
        let index = try reading { () throws(RocksDBError) -> UInt64?? in
            try database.withValue(for: key.bytes, in: family) { StoreLayout.number($0) }
        }
        guard let index else { return nil }
        return try Self.index(index, of: family.name)
    }

    /// The indexes of the rows `keys` of a family that maps to indexes, one for one.
    package func indexes(
        of keys: [Hash], in family: ColumnFamily
    ) throws(LedgerError) -> [UInt64?] {
        guard keys.count > 1 else {
            guard let key = keys.first else { return [] }
            return [try index(of: key, in: family)]
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(keys.count * Hash.byteCount)
        for key in keys { key.append(to: &bytes) }
        var indexes = [UInt64?](repeating: nil, count: keys.count)
        var isWhole = true
        try reading { () throws(RocksDBError) in
            try database.withValues(for: bytes, each: Hash.byteCount, in: family) { place, row in
                indexes[place] = StoreLayout.number(row)
                if indexes[place] == nil { isWhole = false }
            }
        }
        guard isWhole else { throw Self.notAnIndex(family.name) }
        return indexes
    }

    /// The leaf of an entry that the tree's size says must exist.
    package func leaf(_ index: UInt64) throws(LedgerError) -> [UInt8] {
        guard let leaf = try value(StoreLayout.key(index), in: entries) else {
            throw .corrupt("entry \(index) has no row")
        }
        return leaf
    }

    /// The keys of the rows from `start` to before `end`, at most `limit`.
    package func keys(
        in family: ColumnFamily, from start: [UInt8], to end: [UInt8]?, limit: Int
    ) throws(LedgerError) -> [[UInt8]] {
        try reading { () throws(RocksDBError) in
            var keys: [[UInt8]] = []
            var rows = try Iterator(
                over: family, of: database, lowerBound: start, upperBound: end)
            try rows.seekToFirst()
            while keys.count < limit, let key = rows.key {
                keys.append(key)
                try rows.next()
            }
            return keys
        }
    }

    /// Calls `body` with index and value of the rows of a family that is keyed by index.
    package func forEach(
        in family: ColumnFamily, from start: UInt64, to end: UInt64,
        _ body: (UInt64, [UInt8]) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try forEach(
            in: family, between: start, and: end,
            goingOn: { index, value throws(LedgerError) -> Bool in
                try body(index, value)
                return true
            })
    }

    /// Calls `body` with index and value of the rows of a family that is keyed by index, as long as
    /// it returns true.
    ///
    /// - Parameters:
    ///   - fillsCache: false for a pass that leaves the block cache to others.
    ///   - readahead: bytes to read ahead in one piece; 0 lets RocksDB find out by itself.
    package func forEach(
        in family: ColumnFamily, between start: UInt64, and end: UInt64, fillsCache: Bool = true,
        readahead: Int = 0, goingOn body: (UInt64, [UInt8]) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        var failure: LedgerError?
        try reading { () throws(RocksDBError) in
            var rows = try Iterator(
                over: family, of: database, lowerBound: StoreLayout.key(start),
                upperBound: StoreLayout.key(end), fillsCache: fillsCache, readahead: readahead)
            try rows.seekToFirst()
            var goesOn = true
            while goesOn, failure == nil, let key = rows.key, let value = rows.value {
                do throws(LedgerError) {
                    goesOn = try body(Self.index(key, of: family.name), value)
                } catch {
                    failure = error
                }
                if goesOn { try rows.next() }
            }
        }
        if let failure { throw failure }
    }

    package static func index(_ bytes: [UInt8], of family: String) throws(LedgerError) -> UInt64 {
        try index(StoreLayout.number(bytes), of: family)
    }

    /// What `StoreLayout.number` made of a row of `family`.
    private static func index(_ number: UInt64?, of family: String) throws(LedgerError) -> UInt64 {
        guard let number else { throw notAnIndex(family) }
        return number
    }

    private static func notAnIndex(_ family: String) -> LedgerError {
        .corrupt("a row of \(family) is not an index of 8 bytes")
    }
}
