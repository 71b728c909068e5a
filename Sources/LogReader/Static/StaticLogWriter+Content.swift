import Checkpoints
import Files
import Merkle

extension StaticLogWriter {
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
        try removeLeftovers()
        try writeErased(content, since: oldSize) { try progress(0, new.size - oldSize) }
        try writeBundles(content, from: oldSize, to: new.size, progress)
        try writeUpperTiles(content, from: oldSize, to: new.size)
        try content.evidence { index, file in try put(file, StaticLayout.anchors(index)) }
        try put(content.control(), StaticLayout.control)
        try put(content.receiptKeys(), StaticLayout.receiptKeys)
        if let head = try content.indexHead() { try put(head, StaticLayout.indexHead) }
        try finish(content.note, from: old, to: new)
        return Summary(oldSize: oldSize, size: new.size, files: files, bytes: bytes)
    }

    /// Reads the checkpoint that the folder has, and makes sure that the new one extends it.
    private func olderCheckpoint(
        than new: Checkpoint, _ content: some StaticLogContent
    ) throws -> Checkpoint? {
        guard let note = try newestNote() else { return nil }
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
}
