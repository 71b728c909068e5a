package import Manifests
package import Merkle

/// The ledger that an index is about: its entries, what they look like, and what was erased.
///
/// Called on the index's thread alone, which may block.
package protocol LikenessSource: Sendable {
    /// What an answer says of an entry.
    associatedtype Shown: Sendable

    /// The genesis, which no other ledger has.
    var genesis: Hash { get }

    /// The number of entries that anyone may see; never falls.
    var size: UInt64 { get }

    /// Whether entries are registered at this time: between searches the index rests then.
    var isRegistering: Bool { get }

    /// The index behind the newest erasure in the log; 0 where there is none.
    ///
    /// Manifests that are read later are without what it has erased.
    var erasures: UInt64 { get }

    /// The root of the tree of this size.
    func root(ofSize size: UInt64) throws -> Hash

    /// The hashes of the pictures among these entries, rising: those that can be compared.
    func hashes(of entries: Range<UInt64>) throws -> [HashedEntry]

    /// What there is of an entry now.
    func look(at entry: UInt64) throws -> EntryLook<Shown>
}

/// An entry whose manifest says what its picture looks like.
package struct HashedEntry: Hashable, Sendable {
    /// Its index.
    package let entry: UInt64

    /// Its hash.
    package let hash: PDQHash

    /// Creates a value.
    package init(_ entry: UInt64, _ hash: PDQHash) {
        self.entry = entry
        self.hash = hash
    }
}

/// What there is of an entry at the moment of an answer.
package enum EntryLook<Shown: Sendable>: Sendable {
    /// Its manifest was erased, or is not here.
    case gone

    /// Its manifest, with the hash that it has; nil where it has none that can be compared.
    case there(PDQHash?, Shown)
}
