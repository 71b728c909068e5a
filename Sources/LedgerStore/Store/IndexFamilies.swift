package import RocksDB

/// The families of an index: all of them, in a folder that was made with one, or where it was ever
/// switched on.
package struct IndexFamilies: Sendable {
    package let lists: ColumnFamily
    package let tiles: ColumnFamily
    package let heads: ColumnFamily

    init?(of database: Database) {
        let families = StoreLayout.Family.index.map { database.columnFamilies[$0.rawValue] }
        guard let lists = families[0], let tiles = families[1], let heads = families[2] else {
            return nil
        }
        (self.lists, self.tiles, self.heads) = (lists, tiles, heads)
    }
}
