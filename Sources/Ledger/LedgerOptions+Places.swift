import Files

/// Where a ledger's folders and files lie, and that nobody else may change them.
extension LedgerOptions {
    /// The name of the file by which RocksDB knows its folder.
    private static let currentName = "CURRENT"

    /// Makes sure that there is a store in the folder, which only its owner may change.
    func requireStore() throws(LedgerError) {
        do throws(FileError) {
            let folder = try Folder(data)
            guard try folder.status(of: Self.currentName) != nil else {
                throw FileError(folder.path(of: Self.currentName), .missing)
            }
            try Ownership.requireOwn(folder: data)
        } catch {
            throw error.isMissing ? .noLedger(path: data) : LedgerError(error)
        }
    }

    /// The same for folder, keys and high-water file before they are there, and makes the folders
    /// that are to hold them.
    func makeParents() throws(LedgerError) {
        do throws(FileError) {
            for path in [data, keys, highWater] {
                _ = try Place(making: path, .secret)
                try Ownership.requireOwnParents(of: path)
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Makes the names of folder, keys and high-water file as durable as what they name.
    ///
    /// A power cut before it may leave a ledger without its keys: nobody knows that ledger yet.
    func synchronizeParents() throws(LedgerError) {
        do throws(FileError) {
            for path in [data, keys, highWater] { try Place(path).folder.synchronize() }
        } catch {
            throw LedgerError(error)
        }
    }
}
