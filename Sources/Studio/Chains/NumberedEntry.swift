package import Merkle
package import Provenance

/// A statement with a number: the place that its spool gave it, and where it stands in the log.
package struct NumberedEntry: Hashable, Sendable {
    /// Its index in the log.
    package let index: UInt64

    /// Its name.
    package let entry: EntryID

    /// The thumbprint of the key that signed it.
    package let keyID: Hash

    /// Its place among all that its spool has signed.
    package let chain: Chain

    /// Creates an entry from what was read, and proven, elsewhere.
    package init(index: UInt64, entry: EntryID, keyID: Hash, chain: Chain) {
        self.index = index
        self.entry = entry
        self.keyID = keyID
        self.chain = chain
    }

    /// The spool whose number it has.
    package var spool: SpoolName { SpoolName(keyID: keyID, id: chain.id) }
}

/// A spool as the log knows it: numbers are given once for each (kid, id) (statement.md §5).
package struct SpoolName: Hashable, Comparable, Sendable {
    /// The thumbprint of the spool's key.
    package let keyID: Hash

    /// The spool's 16 random bytes.
    package let id: [UInt8]

    /// Creates a name.
    package init(keyID: Hash, id: [UInt8]) {
        self.keyID = keyID
        self.id = id
    }

    /// By the bytes of both.
    package static func < (one: SpoolName, other: SpoolName) -> Bool {
        (one.id + one.keyID.bytes).lexicographicallyPrecedes(other.id + other.keyID.bytes)
    }
}
