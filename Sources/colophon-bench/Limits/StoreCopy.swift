import Foundation

/// A copy of a ledger's store as of one moment, to write into without the ledger.
///
/// RocksDB never changes a file of rows or blobs once it is written, so those are linked and the
/// copy costs next to nothing, however large the ledger is.
struct StoreCopy {
    let folder: URL

    /// Copies the store `data`, which nobody may have open, to `folder`.
    init(of data: String, to folder: URL) throws {
        self.folder = folder
        try Self.copy(URL(filePath: data), to: folder)
    }

    /// Makes a second copy, which may be written into, and removes it after `body`.
    func withCopy<Result>(_ body: (String) throws -> Result) throws -> Result {
        let copy = folder.appendingPathExtension("used")
        try Self.copy(folder, to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        return try body(copy.path())
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    private static func copy(_ source: URL, to target: URL) throws {
        let files = FileManager.default
        try? files.removeItem(at: target)
        try files.createDirectory(at: target, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: source.path()) {
            let (from, to) = (source.appending(path: name), target.appending(path: name))
            if name.hasSuffix(".sst") || name.hasSuffix(".blob") {
                try files.linkItem(at: from, to: to)
            } else {
                try files.copyItem(at: from, to: to)
            }
        }
    }
}
