import Files

/// The paths that a configuration file names: they mean the same from every folder.
struct PathsOfFile {
    private let path: String
    private let home: String?

    /// - Parameter home: the user's folder, for paths that begin with `~/`.
    init(_ path: String, home: String?) {
        self.path = path
        self.home = home.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the path that the value of `setting` means, from the root.
    func path(_ value: String, of setting: Setting) throws(SettingsError) -> String {
        let place = "\(path): \(setting.key)"
        guard !value.isEmpty, !value.utf8.starts(with: "/".utf8) else { return value }
        if value.utf8.first == UInt8(ascii: "~") {
            guard let expanded = Self.expanded(value, home: home) else {
                throw SettingsError(
                    place, "\(value): no home is known for it",
                    hint: "write the whole path, or ./\(value) for a file of that name")
            }
            return expanded
        }
        do throws(FileError) {
            // What comes from a pipe stands in no folder: then it is the current one.
            let isHandedOver = path == InputFile.standardInput || path.hasPrefix("/dev/")
            let folder = isHandedOver ? "." : Place.split(path)?.parent ?? "."
            let whole = try NamedPath.absolute(folder == "." ? value : "\(folder)/\(value)")
            return whole
        } catch {
            throw SettingsError(place, "cannot be looked at: \(error.words)")
        }
    }

    /// Returns the path with a leading `~` replaced by the user's folder; nil where that is not
    /// known, or another user's is meant.
    static func expanded(_ path: String, home: String?) -> String? {
        guard path.utf8.first == UInt8(ascii: "~") else { return path }
        guard let home, !home.isEmpty, path == "~" || path.hasPrefix("~/") else { return nil }
        return home + path.dropFirst(1)
    }
}
