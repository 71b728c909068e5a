public import Merkle

/// The leaves of one bundle in one piece of memory, each with its hash.
///
/// A leaf is looked at where it lies; nothing is copied out of the file.
public struct LeafBundle: Sendable {
    /// The number of the bundle: its first leaf has 256 times this index.
    public let number: UInt64

    /// The memory in which the leaves lie.
    ///
    /// Of a log in the layout of tlog-tiles this is the file of the bundle, without what follows
    /// the width that the tree has.
    public let bytes: [UInt8]

    /// The hash of each leaf of the bundle, the first at ``firstIndex``.
    public let hashes: [Hash]

    /// The indexes of the leaves that were asked for: all of the bundle, or fewer where a walk
    /// begins or ends in its middle.
    public internal(set) var indexes: Range<UInt64>

    @usableFromInline
    let places: [Range<Int>]

    init(_ number: UInt64, bytes: [UInt8], places: [Range<Int>]) {
        self.number = number
        self.bytes = bytes
        self.places = places
        let span = bytes.span
        hashes = places.map { Hash.leaf(span.extracting($0)) }
        let first = number * UInt64(TileID.width)
        indexes = first..<first + UInt64(places.count)
    }

    /// The index of the first leaf of the bundle, also where it was not asked for.
    @inlinable
    public var firstIndex: UInt64 { number * UInt64(TileID.width) }

    /// Number of leaves of the bundle, also those that were not asked for.
    @inlinable
    public var count: Int { places.count }

    /// Number of bytes of the leaves that were asked for.
    public var byteCount: UInt64 {
        indexes.reduce(0) { $0 + UInt64(place(of: $1).count) }
    }

    /// Returns where in ``bytes`` the leaf at `index` lies.
    @inlinable
    public func place(of index: UInt64) -> Range<Int> {
        places[Int(index - firstIndex)]
    }

    /// Returns the hash of the leaf at `index`.
    @inlinable
    public func hash(of index: UInt64) -> Hash {
        hashes[Int(index - firstIndex)]
    }

    /// The leaf at `index`, which shares the memory of the bundle.
    @inlinable
    public subscript(index: UInt64) -> ArraySlice<UInt8> {
        bytes[place(of: index)]
    }

    /// Lends the leaf at `index` to `body`.
    @inlinable
    public func withLeaf<Result, Failure: Error>(
        at index: UInt64, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(place(of: index)))
    }
}
