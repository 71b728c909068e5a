import Files

/// Where a ledger's folders and files lie, and that nobody else may change them.
public struct LedgerPlaces: Hashable, Sendable {
    /// The store's folder.
    public var data: String

    /// The folder of the private keys; beside the store, never in it.
    public var keys: String

    /// The high-water file; beside the store, never in a backup.
    public var highWater: String

    /// The folder of what convicts those who have shown two logs; beside the store.
    public var evidence: String { data + ".evidence" }

    /// The file of what the pictures look like, a cache; beside the store, never in a backup.
    public var similar: String { data + ".similar" }

    /// The folder of table files on their way into the store; beside it, and empty when nothing is.
    public var ingest: String { data + ".ingest" }

    /// The file of the map of the index, from which a start reads it, a cache; beside the store,
    /// never in a backup.
    public var index: String { data + ".index" }

    /// The store in `data`, with keys and high-water file beside it unless they are elsewhere.
    public init(data: String, keys: String? = nil, highWater: String? = nil) {
        var folder = data
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.data = folder
        self.keys = keys ?? folder + ".keys"
        self.highWater = highWater ?? folder + ".highwater"
    }
}

extension LedgerPlaces {
    /// The name of the file by which RocksDB knows its folder.
    private static let currentName = "CURRENT"

    /// Makes sure that there is a store in the folder, which only its owner may change.
    package func requireStore() throws(LedgerError) {
        do throws(FileError) {
            let folder = try Folder(data)
            guard try folder.status(of: Self.currentName) != nil else {
                throw FileError(folder.path(of: Self.currentName), .missing)
            }
            try Ownership.requireOwn(folder: data)
            try Ownership.requireOwnParents(of: highWater)
            try Self.requireFiles(in: folder)
        } catch {
            throw error.isMissing ? .noLedger(path: data) : LedgerError(error)
        }
    }

    /// RocksDB opens, renames and overwrites by name what lies in its folder, and follows links: so
    /// a file that was there before the folder was ours alone must be an ordinary one.
    private static func requireFiles(in folder: Folder) throws(FileError) {
        for name in try folder.content() {
            // A file of the process that has the folder open may be gone again.
            guard let status = try folder.status(of: name) else { continue }
            guard status.kind == .file else {
                throw FileError(folder.path(of: name), .isKind(status.kind, wanted: .file))
            }
            guard status.isOurs else {
                throw FileError(folder.path(of: name), .ownedByAnother(status.owner))
            }
        }
    }

    /// The same for folder, keys and high-water file before they are there, and makes the folders
    /// that are to hold them.
    package func makeParents() throws(LedgerError) {
        do throws(FileError) {
            for path in [data, keys, highWater] {
                _ = try Place(making: path, .secret)
                try Ownership.requireOwnParents(of: path)
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Removes the file of what pictures look like: it is made anew from the manifests.
    ///
    /// For whoever changes manifests, or keeps the file no more.
    public func removeSimilar() throws(LedgerError) {
        do throws(FileError) {
            let place = try Place(similar)
            guard try place.status != nil else { return }
            try place.folder.remove(place.name)
            try place.folder.synchronize()
        } catch {
            throw LedgerError(error)
        }
    }

    /// Syncs the folders that name the store, the keys and the high-water file.
    ///
    /// A power cut before it may leave a ledger without its keys: nobody knows that ledger yet.
    package func synchronizeParents() throws(LedgerError) {
        do throws(FileError) {
            for path in [data, keys, highWater] { try Place(path).folder.synchronize() }
        } catch {
            throw LedgerError(error)
        }
    }
}
