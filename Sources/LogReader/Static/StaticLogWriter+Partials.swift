import Checkpoints
import Files
import Merkle

extension StaticLogWriter {
    /// Removes the partial files at the right border that neither checkpoint names.
    ///
    /// Those of the older checkpoint stay for a reader who has just read it. A crash in between
    /// leaves some, which the next run removes.
    func removeStalePartials(from oldSize: UInt64, to size: UInt64) throws(StaticLogError) {
        let older = try read(StaticLayout.previous).map { note throws(StaticLogError) in
            try Self.checkpoint(note, StaticLayout.previous).size
        }
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

    /// Removes all partial files of a bundle, its manifests and its tile.
    func removePartials(ofBundle index: UInt64) throws(StaticLogError) {
        let id = TileID(level: 0, index: index)
        for name in [
            TilePath.tile(id, width: TileID.width).description,
            TilePath.entries(index: index, width: TileID.width).description,
            StaticLayout.manifests(index, width: TileID.width),
        ] {
            try removePartials(of: name, but: [])
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

    func partialWidths(of name: String) throws(StaticLogError) -> [Int] {
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
}
