import Ledger
import LedgerStore
package import RocksDB

extension LedgerFixture {
    /// Opens the store of the closed ledger, or one in another folder, as RocksDB sees it, and
    /// closes it again.
    package func withStore<Result>(
        in data: String? = nil, _ body: (Database) throws -> Result
    ) throws -> Result {
        let store = try Database(
            path: data ?? options.data, columnFamilies: StoreLayout.families)
        defer { store.close() }
        return try body(store)
    }
}
