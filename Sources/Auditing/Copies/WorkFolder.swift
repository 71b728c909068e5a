import Files

/// A folder of one's own below the one for temporary files, which is removed in the end.
package struct WorkFolder: Sendable {
    /// Whether a file is the folder for temporary files, or lies in one of these below it.
    package static func isPlace(_ path: String) -> Bool {
        path == place || path.hasPrefix("\(place)/\(start)")
    }

    /// The folder for temporary files: that which the environment names in TMPDIR, or /tmp.
    private static var place: String { ProcessStart.variable("TMPDIR") ?? "/tmp" }

    /// How the name of each begins.
    private static let start = "colophon-complete-"

    let folder: Folder

    private let parent: Folder
    private let name: String

    /// Makes the folder, below the one for temporary files.
    init() throws(FileError) {
        parent = try Folder(Self.place)
        name = Self.start + String(UInt64.random(in: 0 ... .max), radix: 16)
        folder = try parent.makeFolder(name, .secret)
    }

    /// Removes it with all that is in it.
    func remove() throws(FileError) { try parent.removeTree(name) }
}
