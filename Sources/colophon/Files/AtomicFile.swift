/// Writes files so that every moment shows the old contents or the new, never a part.
enum AtomicFile {
    /// Whether a file may take the place of another.
    enum Mode {
        /// The path must be free.
        case create

        /// The same for a file that nobody else may read: mode 0600.
        case createPrivate

        /// What is there is replaced; its mode and owner stay, and links are followed.
        case replace
    }

    /// Writes `bytes` to `path` and waits until file and folder are on the disk.
    ///
    /// A crash before the rename leaves a hidden `.colophon-*.tmp` beside the file, which
    /// nothing reads and anybody may delete; a crash after it leaves the new file.
    static func write(_ bytes: [UInt8], to path: String, _ mode: Mode) throws(Failure) {
        let folder = try writeUnsettled(bytes, to: path, mode)
        try synchronize(folder: folder)
    }

    /// The same, but for the folder, which the caller must ``synchronize(folder:)`` later.
    ///
    /// Until then a crash may leave the old contents, never a part of the new.
    static func writeUnsettled(
        _ bytes: [UInt8], to path: String, _ mode: Mode
    ) throws(Failure) -> String {
        let target = mode == .replace ? Paths.resolved(path) ?? path : path
        let folder = Self.folder(of: target)
        let temporary = folder + "/.colophon-\(Random.hex(8)).tmp"
        do throws(SystemError) {
            try fill(temporary, with: bytes, mode, target)
            do throws(SystemError) {
                try place(temporary, at: target, mode)
            } catch {
                try? Paths.remove(temporary)
                throw error
            }
            return folder
        } catch {
            throw Failure.unwritable(path, error.reason)
        }
    }

    /// Makes the names in `folder` as durable as the files' contents.
    static func synchronize(folder: String) throws(Failure) {
        do throws(SystemError) {
            try Descriptor(folder, .read).synchronize()
        } catch {
            throw Failure.unwritable(folder, error.reason)
        }
    }

    /// Returns the folder that holds `path`.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func fill(
        _ temporary: String, with bytes: [UInt8], _ mode: Mode, _ target: String
    ) throws(SystemError) {
        let kept = mode == .replace ? try? FileStatus(ofPath: target) : nil
        // A file that takes over a mode, perhaps a secret one, is closed until it has it.
        let isClosed = kept != nil || mode == .createPrivate
        let file = try Descriptor(temporary, .create(mode: isClosed ? 0o600 : 0o666))
        do throws(SystemError) {
            try file.write(bytes)
            if let kept {
                let fresh = try file.status()
                if fresh.owner != kept.owner || fresh.group != kept.group {
                    try file.setOwner(kept.owner, group: kept.group)
                }
                try file.setMode(kept.mode)
            }
            try file.synchronize()
        } catch {
            try? Paths.remove(temporary)
            throw error
        }
    }

    private static func place(
        _ temporary: String, at target: String, _ mode: Mode
    ) throws(SystemError) {
        guard mode != .replace else { return try Paths.rename(temporary, to: target) }
        do throws(SystemError) {
            // A link is refused where the name is taken, however close the race.
            try Paths.link(temporary, to: target)
        } catch {
            // File systems of cameras and memory sticks have no links.
            guard (try? FileStatus(ofPath: target)) == nil else { throw error }
            return try Paths.rename(temporary, to: target)
        }
        try Paths.remove(temporary)
    }
}
