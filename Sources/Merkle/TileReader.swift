/// Reads tiles: how complete subtrees are stored in the ledger and fetched from one.
public protocol TileReader<Failure> {
    /// The errors of reading.
    associatedtype Failure: Error

    /// Returns the hashes of `ids`, one array for each and in the same order.
    ///
    /// Each is a prefix of the tile and has at least as many hashes as the tile has at the
    /// size of the tree that is asked about; more do no harm, since they never change.
    func tiles(_ ids: [TileID]) throws(Failure) -> [[Hash]]

    /// Returns the ``TileMiddles`` of `tile`, which begins with `hashes`: those over them, and
    /// more where they are known. A reader that keeps none returns nil, and they are computed
    /// as far as they are needed.
    func middles(of tile: TileID, over hashes: [Hash]) -> [Hash]?

    /// Returns the node over the hashes of `tile` at `places`, which are a complete subtree's,
    /// where it is kept; else nil, and it is computed.
    func node(over places: Range<Int>, of tile: TileID) -> Hash?
}

extension TileReader {
    /// Keeps none.
    public func middles(of tile: TileID, over hashes: [Hash]) -> [Hash]? { nil }

    /// Keeps none.
    public func node(over places: Range<Int>, of tile: TileID) -> Hash? { nil }
}

/// Why nodes could not be read from tiles.
public enum TileError<Failure: Error>: Error {
    /// The tile has fewer hashes than a tree of this size needs. Where it comes from has lost
    /// data, or was asked about a larger tree than it has.
    case shortTile(TileID, count: Int)

    /// The reader failed; what to do is the reader's to say.
    case failed(Failure)
}

extension TileError: Equatable where Failure: Equatable {}
extension TileError: Hashable where Failure: Hashable {}
