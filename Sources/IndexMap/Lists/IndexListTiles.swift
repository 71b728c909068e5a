public import Merkle

/// The tiles of one list: full ones as they are stored, the others computed.
///
/// Only full tiles are stored. The hashes of one that still grows follow from the newest indexes,
/// and above the leaves from the full tiles below, at most 255 of them.
public struct IndexListTiles<Rows: IndexRows>: TileReader {
    private let list: IndexList
    private let rows: Rows

    /// Reads the tiles of `list`, the state of a list that the map holds, from `rows`.
    public init(of list: IndexList, from rows: Rows) {
        self.list = list
        self.rows = rows
    }

    /// Returns the hashes of `ids`, each as far as the list has them.
    ///
    /// A tile that still grows is held against the list; of a full one the caller has to check
    /// what it computes.
    public func tiles(_ ids: [TileID]) throws(IndexError<Rows.Failure>) -> [[Hash]] {
        var tiles: [[Hash]] = []
        for id in ids { tiles.append(try tile(id)) }
        return tiles
    }

    /// Returns what there is of the tile that grows at `level`: fewer than 256 hashes, proven by
    /// the list's own.
    func growing(_ level: UInt8) throws(IndexError<Rows.Failure>) -> [Hash] {
        guard level > 0 else { return try growingLeaves().map { .leaf($0) } }
        let id = growingTile(level)
        let count = id.width(in: list.count)
        guard count > 0 else { return [] }
        let hashes = try roots(below: id, count)
        guard hashes.count == count, isProven(hashes, level) else {
            throw .listDiffers(list.key)
        }
        return hashes
    }

    /// Returns the indexes of the entries below the tile of leaves that grows: fewer than 256,
    /// proven by the list's own hashes.
    func growingLeaves() throws(IndexError<Rows.Failure>) -> [UInt64] {
        let count = growingTile(0).width(in: list.count)
        guard count > 0 else { return [] }
        let indexes: [UInt64]
        do throws(Rows.Failure) {
            let positions = (list.count - UInt64(count))..<list.count
            indexes = try rows.indexes(of: list.key, at: positions)
        } catch {
            throw .failed(error)
        }
        guard indexes.count == count, isProven(indexes.map { .leaf($0) }, 0) else {
            throw .listDiffers(list.key)
        }
        return indexes
    }

    private func growingTile(_ level: UInt8) -> TileID {
        TileID(
            level: level, index: list.count >> (UInt64(TileID.height) * (UInt64(level) + 1)))
    }

    private func tile(_ id: TileID) throws(IndexError<Rows.Failure>) -> [Hash] {
        guard id.width(in: list.count) == TileID.width else { return try growing(id.level) }
        let stored: [Hash]?
        do throws(Rows.Failure) {
            stored = try rows.tile(of: list.key, id)
        } catch {
            throw .failed(error)
        }
        guard let stored, stored.count == TileID.width else { throw .listDiffers(list.key) }
        return stored
    }

    private func roots(below id: TileID, _ count: Int) throws(IndexError<Rows.Failure>) -> [Hash] {
        let first = id.index * UInt64(TileID.width)
        var roots: [Hash] = []
        roots.reserveCapacity(count)
        for place in 0..<UInt64(count) {
            let below = TileID(level: id.level - 1, index: first + place)
            let root: Hash?
            do throws(Rows.Failure) {
                root = try rows.root(of: list.key, below)
            } catch {
                throw .failed(error)
            }
            guard let root else { throw .listDiffers(list.key) }
            roots.append(root)
        }
        return roots
    }

    /// Whether the subtrees over `hashes` are the list's own at these eight levels.
    private func isProven(_ hashes: [Hash], _ level: UInt8) -> Bool {
        var range = CompactRange()
        for hash in hashes { range.append(hash) }
        let above = UInt64(TileID.height) * (UInt64(level) + 1)
        let start = above < 64 ? (list.count >> above).nonzeroBitCount : 0
        let own = list.range.hashes[start..<(start + range.hashes.count)]
        return own.elementsEqual(range.hashes)
    }
}
