public import Merkle

/// The content of a log for static files: all of it as of one signed checkpoint.
///
/// Everything is asked for at most at that size; the log may grow meanwhile.
public protocol StaticLogContent {
    /// The signed note of the checkpoint.
    var note: [UInt8] { get }

    /// Returns the root of the tree's first `size` leaves.
    func root(size: UInt64) throws -> Hash

    /// Returns the first `width` hashes of a tile, 32 bytes each.
    func tile(_ id: TileID, width: Int) throws -> [UInt8]

    /// Returns the first `width` leaves of an entry bundle, each after its length.
    func entries(_ index: UInt64, width: Int) throws -> [UInt8]

    /// Returns the manifests beside them, as a CBOR sequence of byte strings and nulls.
    func manifests(_ index: UInt64, width: Int) throws -> [UInt8]

    /// Returns the bundles in which manifests were erased by entries from `size` on.
    func bundlesErased(since size: UInt64) throws -> Set<UInt64>

    /// Calls `body` with each bundle of sizes that has evidence about heads, rising, and with its
    /// file; a head of size N belongs to the bundle of its last entry.
    func evidence(_ body: (UInt64, [UInt8]) throws -> Void) throws

    /// Returns all control statements, as a CBOR sequence of byte strings.
    func control() throws -> [UInt8]

    /// Returns the receipt keys, as a COSE_KeySet.
    func receiptKeys() throws -> [UInt8]

    /// Returns the newest index head with a receipt; nil where there is none.
    func indexHead() throws -> [UInt8]?
}

extension StaticLogContent {
    /// A log that nobody dates has no evidence.
    public func evidence(_ body: (UInt64, [UInt8]) throws -> Void) throws {}

    /// A log without an index has no index head.
    public func indexHead() throws -> [UInt8]? { nil }
}
