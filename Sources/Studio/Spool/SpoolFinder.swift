import Encoding
package import Files

/// Finds the spool that a path lies in: its records are changed by its own commands alone.
package struct SpoolFinder {
    private var known: [Text: (spool: String, state: SpoolRecord.State)?] = [:]

    /// Creates a finder that has looked nowhere.
    package init() {}

    /// The spool in which the record at `path` lies; nil where it lies in none.
    ///
    /// Links are followed first. Each folder is looked at once.
    package mutating func spool(around path: String) throws(FileError) -> String? {
        try find(path)?.spool
    }

    /// Whether the record at `path` lies in a spool as one that the ledger has refused.
    package mutating func isRefused(_ path: String) throws(FileError) -> Bool {
        try find(path)?.state == .refused
    }

    private mutating func find(
        _ path: String
    ) throws(FileError) -> (spool: String, state: SpoolRecord.State)? {
        guard let parent = Place.split(path)?.parent else { return nil }
        if let found = known[Text(parent)] { return found }
        // Where there is no such folder, whoever reads the record says so.
        guard try NamedPath.status(parent) != nil else { return nil }
        let folder = try NamedPath.resolved(parent)
        var found: (spool: String, state: SpoolRecord.State)?
        if let (above, name) = Place.split(folder), let state = SpoolRecord.State(rawValue: name),
            try NamedPath.isTaken(above + "/" + Spool.settingsName)
        {
            found = (above, state)
        }
        known[Text(parent)] = .some(found)
        return found
    }
}
