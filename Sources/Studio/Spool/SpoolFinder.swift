import Encoding
package import Files

/// Finds the spool that a path lies in: its records are changed by its own commands alone.
package struct SpoolFinder {
    private var known: [Text: String?] = [:]

    /// Creates a finder that has looked nowhere.
    package init() {}

    /// The spool in which the record at `path` lies; nil where it lies in none.
    ///
    /// Links are followed first. Each folder is looked at once.
    package mutating func spool(around path: String) throws(FileError) -> String? {
        guard let parent = Place.split(path)?.parent else { return nil }
        if let found = known[Text(parent)] { return found }
        // Where there is no such folder, whoever reads the record says so.
        guard try NamedPath.status(parent) != nil else { return nil }
        let folder = try NamedPath.resolved(parent)
        var found: String?
        if let (above, name) = Place.split(folder), SpoolRecord.State(rawValue: name) != nil,
            try NamedPath.isTaken(above + "/" + Spool.settingsName)
        {
            found = above
        }
        known[Text(parent)] = found
        return found
    }
}
