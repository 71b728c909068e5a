import Files
package import IndexMap
import RocksDB

/// How rows of `keys` come into the store: as sorted table files, which no log and no memtable
/// holds.
extension Store {
    /// All entries below this number have their rows of `keys`, but for those that a migration has
    /// not come to.
    package func keysEnd() throws(LedgerError) -> UInt64 {
        try value(StoreLayout.MetaName.keysEnd, in: meta).map { row throws(LedgerError) in
            try Self.index(row, of: "meta")
        } ?? 0
    }

    /// The migration that goes on; nil where none does.
    package func migration() throws(LedgerError) -> Migration? {
        guard let row = try value(StoreLayout.MetaName.migration, in: meta) else { return nil }
        guard let migration = Migration(row) else {
            throw .corrupt("the row \"migration\" of meta is not three numbers that fit")
        }
        return migration
    }

    /// Files of `keys` that no compaction has merged yet.
    package var unmergedKeyFiles: Int { database.unmergedFileCount(of: keys) }

    /// Writes records of entries below `end` to a table file beside the store, and waits for the
    /// disk; returns its path.
    ///
    /// The records are sorted, and each stands there once. No other write waits for this one. The
    /// folder of such files is the store's own, made for its user alone; what is left in it is of
    /// no use, and goes with the next opening. The file's blocks are in the system's memory
    /// afterwards, as far as it has room.
    package func writeTable(
        of records: [IndexRecord], below end: UInt64
    ) throws(LedgerError) -> String {
        let folder = try LedgerError.files { () throws(FileError) in
            let place = try Place(ingestPath)
            // Others may have come to the folder above since the opening.
            try Ownership.requireOwnParents(of: ingestPath)
            let folder = try place.folder.folder(making: place.name, .secret)
            try Ownership.requireOwn(folder.status, path: ingestPath, isSecret: true)
            // What a write that failed has left would be written over where it leads to.
            try folder.removeContents()
            return folder
        }
        let path = folder.path(of: Self.tableName)
        try writer.requireNoFault(.table)
        do throws(RocksDBError) {
            var table = try TableWriter(path: path, options: StoreLayout.options(of: .keys))
            try table.put(key: KeyRow.mark(end), value: [])
            var key: [UInt8] = []
            let none: [UInt8] = []
            for record in records {
                KeyRow.write(record, to: &key)
                try table.put(key: key.span, value: none.span)
            }
            _ = try table.finish()
        } catch {
            throw LedgerError(error, path: ingestPath)
        }
        try LedgerError.files { () throws(FileError) in try Self.readThrough(folder) }
        return path
    }

    /// Bytes of a new table that are read at a time.
    private static let tablePieceBytes = 1 << 20

    /// Reads the new table in a folder once, so that the system has its blocks in memory.
    ///
    /// RocksDB's writer of table files has the system forget what it has written
    /// (`invalidate_page_cache` of `SstFileWriter`). But the map reads buckets at once, in blocks
    /// all over the table, and each would be a read of the disk by itself. This one reads some
    /// hundred blocks at a time.
    private static func readThrough(_ folder: Folder) throws(FileError) {
        let table = try folder.file(tableName)
        try table.forEachChunk(size: tablePieceBytes, failing: { $0 }) {
            _ throws(FileError) in true
        }
    }

    /// Makes the rows of such a file part of the store, durably; returns for how long other writes
    /// had to wait.
    package func ingestKeys(_ path: String) throws(LedgerError) -> Duration {
        try writer.ingest(path, into: keys)
    }

    /// Removes the families of format 1.
    ///
    /// A crash in between leaves one of them, which the next call removes.
    package func dropOldFamilies() throws(LedgerError) {
        for family in [old?.subjects, old?.threads] {
            if let family, !database.isDropped(family) { try writer.drop(family) }
        }
    }

    private static let tableName = "keys.sst"

    /// Refuses a place for table files that others could change: a ledger that cannot write its
    /// tables is told so when it is opened, and not when too many keys wait.
    package static func requireOwnTables(of places: LedgerPlaces) throws(LedgerError) {
        try requireOwnTables(places.ingest)
    }

    static func requireOwnTables(_ path: String) throws(LedgerError) {
        try LedgerError.files { () throws(FileError) in
            try Ownership.requireOwnParents(of: path)
            _ = try tables(path)
        }
    }

    /// Removes what is left of table files that did not come into the store.
    ///
    /// The folder itself stays: a file system may be mounted there.
    static func removeTables(_ path: String) throws(LedgerError) {
        try LedgerError.files { () throws(FileError) in try tables(path)?.removeContents() }
    }

    /// The folder of table files, which must be ours alone; nil where there is none.
    private static func tables(_ path: String) throws(FileError) -> Folder? {
        let place = try Place(path)
        guard let folder = try place.folder.folder(ifThere: place.name) else { return nil }
        try Ownership.requireOwn(folder.status, path: path, isSecret: true)
        return folder
    }
}
