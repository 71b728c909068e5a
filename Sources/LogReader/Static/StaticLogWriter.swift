import Checkpoints
import Files
import Merkle

/// Writes a log into a folder as static files, each time only new ones; see ``StaticLayout``.
///
/// The order of the writes is the promise: every file that a checkpoint covers is on disk, under
/// its name, before the checkpoint is. A crash anywhere leaves the older checkpoint with all its
/// files, some newer files that it does not cover, and perhaps a `.colophon-….tmp`, which the
/// next run removes; that one goes on from the older checkpoint. One writer at a time: the caller
/// sees to it.
public struct StaticLogWriter {
    /// The result of one run.
    public struct Summary: Hashable, Sendable {
        /// Size of the log in the folder before; 0 where there was none.
        public let oldSize: UInt64

        /// Size of the log in the folder now.
        public let size: UInt64

        /// Number of files that were written.
        public let files: Int

        /// Bytes of these files.
        public let bytes: Int
    }

    let path: String
    let folder: Folder

    /// The folders that have new names, by their names in ``folder``.
    private var folders: [String: Folder] = [:]
    var files = 0
    var bytes = 0

    /// Opens the folder at `path` to write into; it is made where it is missing.
    ///
    /// Another user who may write there can withhold files, and nothing more: below the folder no
    /// link is followed, and a name that is no ordinary file is refused.
    public init(folder path: String) throws(StaticLogError) {
        self.path = path
        folder = try staticFiles { () throws(FileError) in
            try Folder(making: path, .published)
        }
    }

    // MARK: - From one checkpoint to the next

    /// Returns the note of the checkpoint that the folder has; nil where it has none yet.
    func newestNote() throws(StaticLogError) -> [UInt8]? {
        if let note = try read(StaticLayout.checkpoint) { return note }
        // Nothing, or what a first run left that did not come to its end.
        let names = try staticFiles { () throws(FileError) in try folder.content() }
        for name in names where !StaticLayout.names.contains(name) && !name.hasSuffix(".tmp") {
            throw .occupied(
                path: path,
                reason: "holds \(name), which is no part of an export; name another folder")
        }
        return nil
    }

    /// Puts the new checkpoint in the place of the older one, once all that it covers was put.
    mutating func finish(
        _ note: [UInt8], from old: Checkpoint?, to new: Checkpoint
    ) throws(StaticLogError) {
        if old != new {
            try removeStalePartials(from: old?.size ?? 0, to: new.size)
            try synchronize()
            if old != nil, let note = try read(StaticLayout.checkpoint) {
                // A crash after this leaves two names for one checkpoint, and all its files.
                try put(note, StaticLayout.previous)
            }
        }
        // The same checkpoint may have more lines now.
        try put(note, StaticLayout.checkpoint)
        try synchronize()
    }

    // MARK: - Files

    /// Writes a file, unless it has these contents already.
    mutating func put(_ contents: [UInt8], _ name: String) throws(StaticLogError) {
        do throws(FileError) {
            let (parent, last) = Self.split(name)
            let folder = try folder(for: parent)
            guard try !Self.has(contents, last, in: folder) else { return }
            try folder.writeUnsettled(contents, to: last, .replacing(.published))
        } catch {
            throw .file(error)
        }
        files += 1
        bytes += contents.count
    }

    /// Whether the file `name` has exactly these contents; no more of it is read than they are.
    private static func has(
        _ contents: [UInt8], _ name: String, in folder: Folder
    ) throws(FileError) -> Bool {
        guard let status = try folder.status(of: name) else { return false }
        guard status.kind == .file else {
            throw FileError(folder.path(of: name), .isKind(status.kind, wanted: .file))
        }
        guard status.size == UInt64(contents.count) else { return false }
        do throws(FileError) {
            return try folder.read(name, limit: contents.count) == contents
        } catch {
            // It grew meanwhile: not these contents, and replaced.
            guard case .tooLarge = error.reason else { throw error }
            return false
        }
    }

    /// Returns the folder `name`, made where it is missing; its names are made durable later.
    private mutating func folder(for name: String) throws(FileError) -> Folder {
        if let known = folders[name] { return known }
        var folder = folder
        folders[""] = folder
        var path = ""
        for part in name.split(separator: "/") {
            path += path.isEmpty ? part : "/" + part
            if let known = folders[path] {
                folder = known
            } else {
                folder = try folder.folder(making: String(part), .published)
                folders[path] = folder
            }
        }
        if folders.count > Self.openFolders {
            for folder in folders.values { try folder.settle() }
            folders = [name: folder]
        }
        return folder
    }

    /// Folders that stay open until their names are durable: each holds up to a thousand files,
    /// and the process has other use for what it may open.
    private static let openFolders = 64

    private static func split(_ name: String) -> (parent: String, last: String) {
        guard let slash = name.lastIndex(of: "/") else { return ("", name) }
        return (String(name[..<slash]), String(name[name.index(after: slash)...]))
    }

    /// Makes all names durable that were written since the last time.
    mutating func synchronize() throws(StaticLogError) {
        let folders = folders
        try staticFiles { () throws(FileError) in
            for folder in folders.values { try folder.settle() }
        }
        self.folders = [:]
    }

    func read(_ name: String) throws(StaticLogError) -> [UInt8]? {
        try staticFiles { () throws(FileError) in
            try folder.read(name, limit: LogLimits.checkpointBytes)
        }
    }

    /// Reads a note of the folder, without believing it: its root is compared with the log's.
    static func checkpoint(
        _ note: [UInt8], _ path: String
    ) throws(StaticLogError) -> Checkpoint {
        do throws(SignedCheckpointError) {
            return try SignedCheckpoint(parsing: note, allowingExtensions: true).claim
        } catch {
            throw .malformed(path: path, rule: "is not a signed checkpoint: \(error.words)")
        }
    }
}
