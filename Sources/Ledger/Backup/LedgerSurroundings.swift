import Files
import LedgerStore

/// The ledger's own places, in which no copy of it may lie.
struct LedgerSurroundings {
    private let own: [String]

    /// The folder, the keys, the high-water file, the evidence, the index of pictures,
    /// the map of the index and the tables on their way into the store, of a ledger that is there.
    init(_ options: LedgerOptions) throws(LedgerError) {
        own = try LedgerError.files { () throws(FileError) in
            try [
                options.data, options.keys, options.highWater, options.places.evidence,
                options.places.similar, options.places.index,
                options.places.index + IndexSnapshotFile.unfinishedSuffix, options.places.ingest,
            ].map { path throws(FileError) in try Self.resolved(path) }
        }
    }

    /// Refuses a place within the ledger, or around it: a backup must not be lost with it, and
    /// RocksDB removes files from its folder that it does not know.
    func refuse(_ path: String) throws(LedgerError) {
        let place = try LedgerError.files { () throws(FileError) in try Self.resolved(path) }
        for own in own {
            guard !Self.isWithin(place, own), !Self.isWithin(own, place) else {
                throw .unfit(
                    path: path,
                    reason: "is the ledger's own folder, lies within it, or holds it; "
                        + "name one beside it, best on another disk")
            }
        }
    }

    private static func isWithin(_ path: String, _ folder: String) -> Bool {
        path.utf8.elementsEqual(folder.utf8)
            || path.utf8.starts(with: (folder == "/" ? folder : folder + "/").utf8)
    }

    /// Returns the path with the links in it followed as far as it exists.
    private static func resolved(_ path: String) throws(FileError) -> String {
        var missing: [String] = []
        var above = try NamedPath.absolute(path)
        while true {
            do throws(FileError) {
                let end = try NamedPath.resolved(above)
                return ([end == "/" ? "" : end] + missing.reversed()).joined(separator: "/")
            } catch {
                guard error.isMissing, let (parent, name) = Place.split(above) else { throw error }
                missing.append(name)
                above = parent
            }
        }
    }
}
