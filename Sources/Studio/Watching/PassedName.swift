import Files

/// Names that a hot folder passes over in silence: files that are not finished, and records.
///
/// Cameras, browsers and programs that copy give a file such a name until it is whole, and then
/// its own (spool.md §5).
enum PassedName {
    private static let endings = [
        ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", "~",
    ]

    /// Whether nothing is said about a file of this name.
    static func contains(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: ".") || RecordFile.isName(name)
            || endings.contains { NameEnding.has($0, name) }
    }
}
