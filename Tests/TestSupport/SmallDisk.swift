package import Foundation

/// Folders on small file systems of their own, which `Tools/test` mounts where it may, so that
/// tests can fill them up.
package enum SmallDisk {
    /// Some 20 MiB; nil where it is not mounted.
    package static let store = ProcessInfo.processInfo.environment["COLOPHON_SMALL_FOLDER"]

    /// Some 512 MiB; nil where it is not mounted.
    package static let ledger = ProcessInfo.processInfo.environment["COLOPHON_SMALL_LEDGER"]

    /// Some 4 MiB; nil where it is not mounted.
    package static let witness = ProcessInfo.processInfo.environment["COLOPHON_SMALL_WITNESS"]

    /// Writes `file` until `room` bytes are left on its disk.
    package static func fill(_ file: URL, leaving room: Int) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let chunk = Data(repeating: 1, count: 1 << 20)
        while true {
            let attributes = try FileManager.default.attributesOfFileSystem(
                forPath: file.deletingLastPathComponent().path())
            let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
            guard free > room else { return }
            try handle.write(contentsOf: chunk)
        }
    }
}
