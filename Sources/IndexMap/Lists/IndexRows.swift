public import Merkle

/// Reads what is stored beside the map: the records of all entries, and the state of each list.
///
/// Nothing that it gives is believed: records, lists and tiles are held against the hashes in
/// memory before they are used. A look that fails must throw, and never give less.
public protocol IndexRows<Failure> {
    /// The errors of reading.
    associatedtype Failure: Error

    /// Returns the first `limit` records whose key begins with `prefix`, by key and index, that
    /// stand behind `record` and whose index is below `size`.
    func records(
        in prefix: IndexPrefix, after record: IndexRecord?, below size: UInt64, limit: Int
    ) throws(Failure) -> [IndexRecord]

    /// Returns the state of a key's list; nil where none is stored.
    func list(of key: IndexKey) throws(Failure) -> IndexList?

    /// Returns the indexes at `positions` of the entries with this key, counted from the first.
    ///
    /// What is asked for are a page of a proof, and the end of a list: at most 4,096.
    func indexes(
        of key: IndexKey, at positions: Range<UInt64>
    ) throws(Failure) -> [UInt64]

    /// Returns a full tile of a key's list: 256 hashes; nil where none is stored.
    func tile(of key: IndexKey, _ id: TileID) throws(Failure) -> [Hash]?

    /// Returns the root over a full tile of a key's list; nil where none is stored.
    ///
    /// A full tile never changes, so whoever keeps its root need not read it again. A proof asks
    /// for up to 255 at each level of a list.
    func root(of key: IndexKey, _ id: TileID) throws(Failure) -> Hash?
}

extension IndexRows {
    /// Computes the root of the tile that is stored.
    public func root(of key: IndexKey, _ id: TileID) throws(Failure) -> Hash? {
        guard let tile = try tile(of: key, id), tile.count == TileID.width else { return nil }
        return TileMiddles.root(over: tile[...])
    }
}

/// Why the map could not be read or changed; the map is as it was.
public enum IndexError<Failure: Error>: Error {
    /// The rows below this prefix are not those that the map was made of. The index must stop, and
    /// be built again from the leaves.
    case rowsDiffer(IndexPrefix)

    /// The state of a list, or its tiles, are not what the map was made of. The index must stop,
    /// and be built again from the leaves.
    case listDiffers(IndexKey)

    /// The map would have more nodes than it can number (``IndexTrie/maximumNodes``).
    case tooManyNodes

    /// The rows could not be read; what to do is the reader's to say.
    case failed(Failure)
}

extension IndexError: Equatable where Failure: Equatable {}
extension IndexError: Hashable where Failure: Hashable {}

extension IndexError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .rowsDiffer(let prefix): "the rows of the index below \(prefix) are not its records"
        case .listDiffers(let key): "the list of key \(key.hash) is not that of the index"
        case .tooManyNodes: "the index would have more than 2^32 nodes"
        case .failed(let failure): "the rows of the index could not be read: \(failure)"
        }
    }
}
