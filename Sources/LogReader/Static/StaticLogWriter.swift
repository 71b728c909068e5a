import Checkpoints
import Files
import Merkle

/// Writes a log into a folder as static files, each time only new ones; see ``StaticLayout``.
///
/// The order of the writes is the promise: every file that a checkpoint covers is on disk, under
/// its name, before the checkpoint is. A crash anywhere leaves the older checkpoint with all its
/// files, some newer files that it does not cover, and perhaps a `.colophon-….tmp`; the next
/// run goes on from the older checkpoint. One writer at a time: the caller sees to it.
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

    private let path: String
    private let folder: Folder

    /// The folders that have new names, by their names in ``folder``.
    private var folders: [String: Folder] = [:]
    private var files = 0
    private var bytes = 0

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

    /// Brings the folder up to the content's checkpoint.
    ///
    /// - Parameter progress: called with the number of entries done and to do.
    /// - Throws: ``StaticLogError``, and the errors of `content` and `progress`.
    public mutating func write(
        _ content: some StaticLogContent, progress: (UInt64, UInt64) throws -> Void
    ) throws -> Summary {
        let new = try Self.checkpoint(content.note, StaticLayout.checkpoint)
        let old = try olderCheckpoint(than: new, content)
        let oldSize = old?.size ?? 0
        try writeErased(content, since: oldSize) { try progress(0, new.size - oldSize) }
        try writeBundles(content, from: oldSize, to: new.size, progress)
        try writeUpperTiles(content, from: oldSize, to: new.size)
        try content.evidence { index, file in try put(file, StaticLayout.anchors(index)) }
        try put(content.control(), StaticLayout.control)
        try put(content.receiptKeys(), StaticLayout.receiptKeys)
        if old != new {
            try removeStalePartials(from: oldSize, to: new.size)
            try synchronize()
            if old != nil, let note = try read(StaticLayout.checkpoint) {
                // A crash after this leaves two names for one checkpoint, and all its files.
                try put(note, StaticLayout.previous)
            }
            try put(content.note, StaticLayout.checkpoint)
        }
        try synchronize()
        return Summary(oldSize: oldSize, size: new.size, files: files, bytes: bytes)
    }

    /// Reads the checkpoint that the folder has, and makes sure that the new one extends it.
    private func olderCheckpoint(
        than new: Checkpoint, _ content: some StaticLogContent
    ) throws -> Checkpoint? {
        guard let note = try read(StaticLayout.checkpoint) else {
            // Nothing, or what a first run left that did not come to its end.
            let names = try staticFiles { () throws(FileError) in try folder.content() }
            for name in names
            where !StaticLayout.names.contains(name) && !name.hasSuffix(".tmp") {
                throw StaticLogError.occupied(
                    path: path,
                    reason: "holds \(name), which is no part of an export; name another folder")
            }
            return nil
        }
        let old = try Self.checkpoint(note, folder.path(of: StaticLayout.checkpoint))
        guard old.origin == new.origin else {
            throw StaticLogError.occupied(
                path: path, reason: "holds an export of \(old.origin); name another folder")
        }
        guard old.size <= new.size, try content.root(size: old.size) == old.root else {
            throw StaticLogError.occupied(
                path: path,
                reason: "holds a head of size \(old.size) that this log of \(new.size) does not "
                    + "extend: one of them is an old copy or another history")
        }
        return old
    }

    // MARK: - What is new

    /// Writes entries, manifests and leaf hashes, from the bundle that was not full before.
    private mutating func writeBundles(
        _ content: some StaticLogContent, from oldSize: UInt64, to size: UInt64,
        _ progress: (UInt64, UInt64) throws -> Void
    ) throws {
        guard oldSize < size else { return }
        for index in (oldSize / UInt64(TileID.width))...((size - 1) / UInt64(TileID.width)) {
            let width = StaticLayout.width(of: index, in: size)
            let bundle = TilePath.entries(index: index, width: width)
            try put(content.entries(index, width: width), bundle.description)
            try put(
                content.manifests(index, width: width),
                StaticLayout.manifests(index, width: width))
            try putTile(TileID(level: 0, index: index), content, size)
            let done = min(size, (index + 1) * UInt64(TileID.width))
            try progress(done - oldSize, size - oldSize)
        }
    }

    /// Writes the tiles above the leaf hashes that have grown.
    private mutating func writeUpperTiles(
        _ content: some StaticLogContent, from oldSize: UInt64, to size: UInt64
    ) throws {
        guard oldSize < size else { return }
        for level in 1..<8 as Range<UInt8> {
            let shift = UInt64(level) * UInt64(TileID.height)
            let (before, count) = (oldSize >> shift, size >> shift)
            guard before < count else { return }
            for index in (before / UInt64(TileID.width))...((count - 1) / UInt64(TileID.width)) {
                try putTile(TileID(level: level, index: index), content, size)
            }
        }
    }

    private mutating func putTile(
        _ id: TileID, _ content: some StaticLogContent, _ size: UInt64
    ) throws {
        let width = id.width(in: size)
        try put(content.tile(id, width: width), TilePath.tile(id, width: width).description)
    }

    /// Writes the manifests again from which erasures have taken some since, in every width that is
    /// still there: erased bytes must not stay in an old file.
    private mutating func writeErased(
        _ content: some StaticLogContent, since oldSize: UInt64, progress: () throws -> Void
    ) throws {
        for index in try content.bundlesErased(since: oldSize).sorted() {
            try progress()
            var widths = try Set(partialWidths(of: StaticLayout.manifests(index, width: 256)))
            let full = StaticLayout.width(of: index, in: oldSize)
            if full == TileID.width { widths.insert(full) }
            for width in widths {
                try put(
                    content.manifests(index, width: width),
                    StaticLayout.manifests(index, width: width))
            }
        }
    }

    // MARK: - What is old

    /// Removes the partial files at the right border that neither checkpoint names.
    ///
    /// Those of the older checkpoint stay for a reader who has just read it. A crash in between
    /// leaves some, which the next run removes.
    private func removeStalePartials(from oldSize: UInt64, to size: UInt64) throws {
        let older = try read(StaticLayout.previous)
            .map { try Self.checkpoint($0, StaticLayout.previous).size }
        for border in Set([older ?? oldSize, oldSize, size]) {
            for level in 0..<8 as Range<UInt8> {
                let nodes = border >> (UInt64(level) * UInt64(TileID.height))
                let id = TileID(level: level, index: nodes / UInt64(TileID.width))
                let kept = Set([id.width(in: oldSize), id.width(in: size)])
                let tile = TilePath.tile(id, width: TileID.width).description
                try removePartials(of: tile, but: kept)
                guard level == 0 else { continue }
                let bundle = TilePath.entries(index: id.index, width: TileID.width).description
                try removePartials(of: bundle, but: kept)
                try removePartials(
                    of: StaticLayout.manifests(id.index, width: TileID.width), but: kept)
            }
        }
    }

    private func removePartials(of name: String, but kept: Set<Int>) throws(StaticLogError) {
        try staticFiles { () throws(FileError) in
            guard let partials = try folder.folder(ifThere: "\(name).p") else { return }
            var isEmpty = true
            for partial in try partials.names(limit: Self.partialNames) {
                if let width = Self.width(partial), !kept.contains(width) {
                    try partials.remove(partial)
                } else {
                    isEmpty = false
                }
            }
            // Where it is empty now, nothing names the folder any more.
            if isEmpty { try folder.removeFolder("\(name).p") }
        }
    }

    private func partialWidths(of name: String) throws(StaticLogError) -> [Int] {
        try staticFiles { () throws(FileError) in
            let partials = try folder.folder(ifThere: "\(name).p")
            return try partials?.names(limit: Self.partialNames).compactMap(Self.width) ?? []
        }
    }

    /// Names in a folder of partial files: one for each width, and what crashes may leave.
    private static let partialNames = 4096

    /// Returns the width of which this is the one spelling: 1...255.
    private static func width(_ name: String) -> Int? {
        guard let width = UInt8(name), width > 0, "\(width)" == name else { return nil }
        return Int(width)
    }

    // MARK: - Files

    /// Writes a file, unless it has these contents already.
    private mutating func put(_ contents: [UInt8], _ name: String) throws(StaticLogError) {
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
    private mutating func synchronize() throws(StaticLogError) {
        let folders = folders
        try staticFiles { () throws(FileError) in
            for folder in folders.values { try folder.settle() }
        }
        self.folders = [:]
    }

    private func read(_ name: String) throws(StaticLogError) -> [UInt8]? {
        try staticFiles { () throws(FileError) in
            try folder.read(name, limit: LogLimits.checkpointBytes)
        }
    }

    /// Reads a note of the folder, without believing it: its root is compared with the log's.
    private static func checkpoint(
        _ note: [UInt8], _ path: String
    ) throws(StaticLogError) -> Checkpoint {
        do {
            return try SignedCheckpoint(parsing: note).claim
        } catch {
            throw .malformed(path: path, rule: "is not a signed checkpoint: \(error)")
        }
    }
}
