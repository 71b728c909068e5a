import LedgerStore
import Manifests
import Merkle
import Provenance

/// The sums of what the parts of a check have counted.
struct CheckTally {
    /// A control statement as the entries have it.
    struct Control {
        let index: UInt64
        let id: EntryID
        /// Its place in the chain; nil for none, which no control statement lacks.
        let sequence: UInt64?
        let erasure: ErasureManifest?
    }

    /// An erased manifest.
    struct Tombstone {
        /// The entry, and the digest that its leaf has.
        let index: UInt64
        let payload: Hash
        /// The erasure that the row names.
        let by: EntryID
    }

    /// Rows that were read, by family.
    var rows: [StoreLayout.Family: UInt64] = [:]

    /// Sums of the rows that the leaves ask for, one for each family of ``DerivedRow``.
    var expected = [RowSums](repeating: RowSums(), count: DerivedRow.families.count)

    /// Sums of the rows that are there.
    var stored = [RowSums](repeating: RowSums(), count: DerivedRow.families.count)

    /// The control statements among the entries.
    var controls: [Control] = []

    /// The index heads among the entries.
    var indexHeads: [PlacedIndexHead] = []

    /// Erased manifests.
    var tombstones: [Tombstone] = []

    /// Number of entries that came back without their manifest, which no erasure names.
    var missingManifests: UInt64 = 0

    /// The first of these entries, ``CheckReport/missingLimit`` at the most, in order.
    var firstMissing: [UInt64] = []

    /// Entries whose bytes are not those of the tree: their rows cannot be told.
    var badLeaves: Set<UInt64> = []

    /// Tiles whose rows are wrong, with what they must hold.
    var repaired: [TileID: [Hash]] = [:]

    /// The first and last of the heads of a range of sizes, for the order of their times.
    var heads: [(first: HeadTime, last: HeadTime)] = []

    /// Time that manifests took, over all threads.
    var manifestTime = Duration.zero

    /// Time that the heads' signatures took, over all threads.
    var headSignatureTime = Duration.zero

    mutating func add(_ other: CheckTally) {
        rows.merge(other.rows) { $0 + $1 }
        for family in DerivedRow.families.indices {
            expected[family].add(other.expected[family])
            stored[family].add(other.stored[family])
        }
        controls += other.controls
        indexHeads += other.indexHeads
        tombstones += other.tombstones
        missingManifests += other.missingManifests
        firstMissing = Array(
            (firstMissing + other.firstMissing).sorted().prefix(CheckReport.missingLimit))
        badLeaves.formUnion(other.badLeaves)
        repaired.merge(other.repaired) { $1 }
        heads += other.heads
        manifestTime += other.manifestTime
        headSignatureTime += other.headSignatureTime
    }
}

/// When a head was made.
struct HeadTime {
    let size: UInt64
    let time: UInt64
}
