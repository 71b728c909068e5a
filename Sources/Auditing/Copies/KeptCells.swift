import IndexMap
import Merkle

/// What says which keys of a copy are kept: the cells of their map (index.md §13).
///
///     magic     16 bytes   "colophon keys 1" LF
///     size       8 bytes   the number of entries whose keys they are, big-endian
///     map       32 bytes   the root of their map
///     serial     8 bytes   of the run that has them, big-endian
///     depth      1 byte    of the cut
///     cells     40 bytes   each: its node (32), twice its number of keys (8, big-endian), one
///                          more where all are one key
///     digest    32 bytes   SHA-256 of all before
///
/// The digest tells a disk's errors; it is no signature.
struct KeptCells: Sendable {
    static let fileName = "cells"

    private static let magic = Array("colophon keys 1\n".utf8)
    private static let headByteCount = 16 + 8 + Hash.byteCount + 8 + 1
    private static let cellByteCount = Hash.byteCount + 8

    /// Keys at the most: more than any log has, and few enough that their bytes have a number.
    private static let keyLimit: UInt64 = 1 << 50

    /// Bytes of the file at the most.
    static let byteLimit =
        headByteCount + cellByteCount << IndexCells.maximumDepth + Hash.byteCount

    /// The number of entries whose keys are kept.
    let size: UInt64

    /// The root of the map that the keys had.
    let map: Hash

    /// The number of the run that has them.
    let serial: UInt64

    let cells: IndexCells

    init(size: UInt64, map: Hash, serial: UInt64, cells: IndexCells) {
        (self.size, self.map, self.serial, self.cells) = (size, map, serial, cells)
    }

    /// The bytes of the file.
    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(word: size)
        map.append(to: &bytes)
        bytes.append(word: serial)
        bytes.append(UInt8(cells.depth))
        for cell in cells.cells {
            cell.node.append(to: &bytes)
            bytes.append(word: cell.count << 1 | (cell.hasOneKey ? 1 : 0))
        }
        Hash.sha256(bytes).append(to: &bytes)
        return bytes
    }

    /// Reads what was written; nil where it is something else.
    init?(_ bytes: [UInt8]) {
        let content = bytes.dropLast(Hash.byteCount)
        guard content.count >= Self.headByteCount, content.starts(with: Self.magic),
            Hash(bytes.suffix(Hash.byteCount)) == Hash.sha256(content)
        else { return nil }
        let span = content.span
        let depth = Int(span[Self.headByteCount - 1])
        guard depth <= IndexCells.maximumDepth,
            content.count == Self.headByteCount + Self.cellByteCount << depth,
            let map = Hash(span.extracting(24..<56))
        else { return nil }
        var cells: [IndexCells.Cell] = []
        cells.reserveCapacity(1 << depth)
        for place in 0..<(1 << depth) {
            let start = Self.headByteCount + place * Self.cellByteCount
            let end = start + Hash.byteCount
            guard let node = Hash(span.extracting(start..<end)) else { return nil }
            let word = span.word(at: end)
            cells.append(
                IndexCells.Cell(node: node, count: word >> 1, hasOneKey: word & 1 == 1))
        }
        let serial = span.word(at: 56)
        guard let made = IndexCells(depth: depth, cells), (1...Self.keyLimit).contains(made.count),
            serial < .max
        else { return nil }
        self.init(size: span.word(at: 16), map: map, serial: serial, cells: made)
    }
}
