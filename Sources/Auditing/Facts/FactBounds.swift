import IndexMap

/// How many records are in memory at the most, before they are sorted runs on the disk.
package struct FactBounds: Sendable {
    /// Names, of 40 bytes each: 20 MiB, those of some 170,000 entries.
    package let names: Int

    /// Numbers of spools, of 128 bytes each: 16 MiB.
    package let links: Int

    /// Entries that erasures name, of 72 bytes each: those of 16 of the largest.
    package let erasures: Int

    /// Keys of entries in the index, of 40 bytes each: 10 MiB, those of some 80,000 entries.
    package let keys: Int

    /// Changes of the index's map, of 40 bytes each, while it is computed.
    package let mapChanges: Int

    /// Creates bounds; each is at least one bundle's.
    package init(
        names: Int, links: Int, erasures: Int, keys: Int = 1 << 18,
        mapChanges: Int? = nil
    ) {
        (self.names, self.links, self.erasures) = (names, links, erasures)
        self.keys = keys
        self.mapChanges = mapChanges ?? IndexRoots.maximumChanges
    }

    /// What an audit has: some 70 MiB of the 200 that it may take, with a second copy of the names
    /// while they are sorted.
    package static let usual = FactBounds(
        names: 1 << 19, links: 1 << 17, erasures: 1 << 12, mapChanges: 1 << 19)
}
