import Files

/// A folder of one's own below the one for temporary files, which is removed in the end.
struct WorkFolder: Sendable {
    let folder: Folder

    private let parent: Folder
    private let name: String

    /// Makes the folder, below that which the environment names in TMPDIR, or /tmp.
    init() throws(FileError) {
        parent = try Folder(ProcessStart.variable("TMPDIR") ?? "/tmp")
        name = "colophon-complete-" + String(UInt64.random(in: 0 ... .max), radix: 16)
        folder = try parent.makeFolder(name, .secret)
    }

    /// Removes it with all that is in it.
    func remove() throws(FileError) { try parent.removeTree(name) }
}
