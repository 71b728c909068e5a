import Files
import Foundation
import Processes
import Synchronization

/// An ext4 file system on a disk that records what it is told, mounted.
final class RecordingDisk {
    /// Room for the logs that RocksDB allocates ahead, and for some tables.
    private static let byteCount: UInt64 = 384 << 20

    /// The mounted file system.
    let folder: URL

    /// The disk as it was before the record began.
    let base: URL

    let recordURL: URL
    private let serving: ChildProcess
    private let fuse: URL

    /// Makes the disk below `desk`, and mounts it; `recorder` is the compiled program.
    init(desk: URL, recorder: String) throws {
        let names = ["image", "base", "record", "fuse", "mounted"]
        let urls = names.map { desk.appending(path: $0) }
        let image = urls[0]
        (base, recordURL, fuse, folder) = (urls[1], urls[2], urls[3], urls[4])
        for url in [fuse, folder] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
        try Child.run("truncate", ["-s", "\(Self.byteCount)", image.path()])
        try Child.run(
            "mkfs.ext4",
            [
                "-q", "-b", "4096", "-J", "size=8",
                "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", image.path(),
            ])
        try Child.run("cp", ["--sparse=auto", image.path(), base.path()])
        serving = try ChildProcess(
            recorder, [image.path(), recordURL.path(), fuse.path()],
            streams: ChildStreams(output: .ours, errors: .ours))
        let disk = fuse.appending(path: "disk").path()
        for _ in 0..<500 where try NamedPath.status(disk) == nil {
            guard serving.isRunning else { break }
            Thread.sleep(forTimeInterval: 0.01)
        }
        try Child.run("mount", ["-o", "loop", disk, folder.path()])
    }

    /// Where the record stands: its length, for it is complete before a write is answered.
    func position() throws -> @Sendable () -> UInt64 {
        let handle = Mutex(try FileHandle(forReadingFrom: recordURL))
        return { handle.withLock { (try? $0.seekToEnd()) ?? .max } }
    }

    /// Unmounts everything; the record is complete then.
    func close() throws {
        try Child.run("umount", [folder.path()])
        try unmountFuse()
        serving.waitForEnd()
    }

    /// Unmounts the folder of the recorder: the kernel may let go of the disk in it a moment after
    /// what was mounted from it is gone.
    private func unmountFuse() throws {
        for _ in 0..<Self.unmounts {
            if try Child.outcome("umount", [fuse.path()]).end == .exit(0) { return }
            Thread.sleep(forTimeInterval: Self.pause)
        }
        try Child.run("umount", [fuse.path()])
    }

    /// How often a folder that is busy is tried, 0.1 s apart: for a minute.
    private static let unmounts = 600

    /// Seconds between two of these.
    private static let pause = 0.1

    /// Unmounts what is still mounted, in any state.
    func abandon() {
        for url in [folder, fuse] {
            // Nothing can be done about a folder that is not mounted.
            _ = try? Child.outcome("umount", ["--lazy", url.path()])
        }
    }
}
