import Checkpoints
import Files
import Merkle

/// Which bundles of the copy a run looks at, although an earlier one has written them.
extension LogMirror {
    /// Bundles whose manifests one run asks for again.
    ///
    /// That is 65,536 entries. The next run goes on with the others, so that a log that lacks
    /// manifests for ever is not read anew each time.
    static let askedAgain = 256

    /// Returns the bundles below the copy's checkpoint that a run must look at: those whose files
    /// have another size than they were written with, those of which nothing is known, and some of
    /// those that lack manifests.
    ///
    /// A file that was cut on the disk is found by its size, and no file is read for it.
    mutating func bundlesToLook(
        _ oldSize: UInt64, _ rules: some MirrorRules
    ) throws(StaticLogError) -> Set<UInt64> {
        guard oldSize > 0 else { return [] }
        var looks = Set<UInt64>()
        for bundle in 0...(oldSize - 1) / UInt64(TileID.width)
        where try !isAsWritten(bundle, oldSize, rules) {
            looks.insert(bundle)
        }
        let lacking = memory.indexes { $0.asksForManifests }
        let asked = (lacking.filter { $0 >= memory.next } + lacking.filter { $0 < memory.next })
            .prefix(Self.askedAgain)
        memory.next = lacking.count > asked.count ? (asked.last ?? 0) + 1 : 0
        return looks.union(asked.filter { $0 * UInt64(TileID.width) < oldSize })
    }

    /// Whether the files of a bundle are as large as they were when they were written.
    private func isAsWritten(
        _ bundle: UInt64, _ oldSize: UInt64, _ rules: some MirrorRules
    ) throws(StaticLogError) -> Bool {
        let id = TileID(level: 0, index: bundle)
        let width = id.width(in: oldSize)
        guard let known = memory[bundle], id.width(in: memory.size) == width else { return false }
        let entries = TilePath.entries(index: bundle, width: width).description
        guard try byteCount(entries) == Int(known.entriesBytes),
            try byteCount(TilePath.tile(id, width: width).description)
                == width * Hash.byteCount
        else { return false }
        guard rules.hasManifests, known.manifestsBytes > 0 else { return true }
        return try byteCount(StaticLayout.manifests(bundle, width: width))
            == Int(known.manifestsBytes)
    }

    /// Whether a tile above those of the leaves is not there, or has another size than it must.
    func lacksUpperTiles(_ oldSize: UInt64) throws(StaticLogError) -> Bool {
        for level in 1..<8 as Range<UInt8> {
            let count = oldSize >> (UInt64(level) * UInt64(TileID.height))
            guard count > 0 else { return false }
            for index in 0...(count - 1) / UInt64(TileID.width) {
                let id = TileID(level: level, index: index)
                let width = id.width(in: oldSize)
                let path = TilePath.tile(id, width: width).description
                guard try byteCount(path) == width * Hash.byteCount else { return true }
            }
        }
        return false
    }

    /// The size of a file of the copy; nil where there is none.
    private func byteCount(_ name: String) throws(StaticLogError) -> Int? {
        try staticFiles { () throws(FileError) in
            let status = try writer.folder.status(of: name)
            return status.flatMap { $0.kind == .file ? Int(exactly: $0.size) : nil }
        }
    }

    /// Returns ranges of entries that cover the bundles, and all from `start` to `size`.
    static func ranges(
        _ bundles: Set<UInt64>, andFrom start: UInt64, to size: UInt64
    ) -> [Range<UInt64>] {
        let width = UInt64(TileID.width)
        // Those that go on from a bundle that was not full are of it, too.
        let tail = start < size ? start / width : (size + width - 1) / width
        var ranges: [Range<UInt64>] = []
        for bundle in bundles.sorted() where bundle < tail {
            let range = bundle * width..<min(size, (bundle + 1) * width)
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        guard start < size else { return ranges }
        if let last = ranges.last, last.upperBound >= tail * width {
            ranges[ranges.count - 1] = last.lowerBound..<size
        } else {
            ranges.append(start..<size)
        }
        return ranges
    }
}
