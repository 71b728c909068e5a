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

    /// Changes of the index's map, of 40 bytes each, while it is computed: 20 MiB.
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

    /// Bytes that are in memory at the most while entries are read: the records, and the places of
    /// one kind of them, up to 12 bytes each, while it is sorted (``RunSort``).
    package var recordBytes: Int {
        names * MemoryLayout<NameRecord>.stride + links * MemoryLayout<LinkRecord>.stride
            + erasures * MemoryLayout<ErasureRecord>.stride
            + keys * MemoryLayout<IndexRecord>.stride
            + 12 * max(names, links, erasures, keys)
    }

    /// Bytes of the map's changes while it is computed; the records are on the disk then.
    package var mapBytes: Int { mapChanges * IndexRoots.bytesPerChange }

    /// Bytes of either at the most, in an audit: some quarter of the 200 MiB that it may take.
    package static let byteLimit = 56 << 20

    /// What an audit has.
    package static let usual = FactBounds(
        names: 1 << 19, links: 1 << 17, erasures: 1 << 12, mapChanges: 1 << 19)
}
