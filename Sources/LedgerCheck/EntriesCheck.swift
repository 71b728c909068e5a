import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB

/// Re-hashes the leaves of one chunk, holds them to their tiles and these to the tiles above, and
/// adds up the rows that the leaves ask for.
struct EntriesCheck {
    private let check: StoreCheck
    private let first: UInt64
    private let end: UInt64
    private var tally = CheckTally()
    private var rows: LeafRows

    /// The leaf hashes so far; zero for a leaf that is not there.
    private var hashes: [Hash] = []

    /// The digests of their manifests; zero where an entry has none, or cannot be read.
    private var payloads: [Hash] = []

    /// Leaves that are not there, or cannot be read.
    private var absent: Set<UInt64> = []

    private init(_ check: StoreCheck, chunk: UInt64) {
        self.check = check
        rows = LeafRows(check.bounds.lists)
        first = chunk * TreeCheck.chunk
        end = min(first + TreeCheck.chunk, check.bounds.size)
        hashes.reserveCapacity(Int(end - first))
    }

    /// Checks one chunk of entries.
    static func run(
        _ check: StoreCheck, chunk: UInt64, _ tree: TreeCheck, _ erased: ErasedManifests
    ) throws(LedgerError) -> CheckTally {
        var entries = EntriesCheck(check, chunk: chunk)
        try entries.run(tree, erased)
        return entries.tally
    }

    private mutating func run(
        _ tree: TreeCheck, _ erased: ErasedManifests
    ) throws(LedgerError) {
        let isLast = end == check.bounds.size
        let isCutShort = try check.store.forEachRowAndGap(
            in: .entries, from: first == 0 ? nil : StoreLayout.key(first),
            to: isLast ? nil : StoreLayout.key(end)
        ) { key, leaf, isAfterGap in take(key, leaf, isAfterGap) }
        skip(to: end, isUnreadable: isCutShort)
        try compare(tree.nodes(ofChunk: first / TreeCheck.chunk))
        if check.options.manifests {
            let start = ContinuousClock.now
            var manifests = ManifestsCheck(
                check, first: first, payloads: payloads, tally.badLeaves, erased)
            tally.add(try manifests.run())
            tally.manifestTime += ContinuousClock.now - start
        }
    }

    private mutating func take(_ key: Span<UInt8>, _ leaf: Span<UInt8>, _ isAfterGap: Bool) {
        tally.rows[.entries, default: 0] += 1
        guard let index = StoreLayout.number(key) else {
            return check.malformed(.entries, key.copied(), "is not an index of 8 bytes")
        }
        guard index < end else {
            // Only behind the last chunk: the others end where the next one begins.
            skip(to: end, isUnreadable: isAfterGap)
            return check.beyond(index, .entries, key.copied())
        }
        skip(to: index, isUnreadable: isAfterGap)
        hashes.append(.leaf(leaf))
        guard rows.read(leaf) else {
            payloads.append(.zero)
            tally.badLeaves.insert(index)
            return
        }
        payloads.append(rows.payload)
        rows.forEach(at: index, check.bounds.lists) { row in
            tally.expected[row.family].add(check.digester.digest(row))
        }
        if let statement = rows.control { take(statement, at: index) }
        if let head = rows.indexHead {
            tally.indexHeads.append(PlacedIndexHead(head, at: index))
        }
    }

    private mutating func take(_ statement: Statement, at index: UInt64) {
        var erasure: ErasureManifest?
        if let manifest = statement.controlManifest,
            manifest.predicateType == PredicateType.erasure
        {
            erasure = try? ErasureManifest(manifest)
        }
        tally.controls.append(
            CheckTally.Control(
                index: index, id: statement.id, sequence: statement.chain?.sequence,
                erasure: erasure))
    }

    /// Notes the leaves up to `index` that are not there.
    private mutating func skip(to index: UInt64, isUnreadable: Bool) {
        while first + UInt64(hashes.count) < index {
            let missing = first + UInt64(hashes.count)
            absent.insert(missing)
            hashes.append(.zero)
            payloads.append(.zero)
            if !isUnreadable {
                check.findings.add(.entries, "\(missing)", .missing, "has no row")
            }
        }
    }

    /// Holds the leaves to their tiles, tile by tile.
    private mutating func compare(_ nodes: (full: [Hash], rest: [Hash])) throws(LedgerError) {
        for (place, parent) in nodes.full.enumerated() {
            let start = place * TileID.width
            guard start + TileID.width <= hashes.count else { return }
            let leaves = hashes[start..<(start + TileID.width)]
            let id = TileID(level: 0, index: first / UInt64(TileID.width) + UInt64(place))
            compare(leaves, with: try trusted(id, leaves, parent))
        }
        let start = nodes.full.count * TileID.width
        guard start + nodes.rest.count <= hashes.count else { return }
        compare(hashes[start..<(start + nodes.rest.count)], with: nodes.rest)
    }

    /// Returns what a full tile of leaf hashes must hold; where its row is wrong, says so.
    private func trusted(
        _ id: TileID, _ leaves: ArraySlice<Hash>, _ parent: Hash
    ) throws(LedgerError) -> [Hash] {
        let stored = try check.tile(id, width: TileID.width)
        // Right leaves, which nearly all are, are folded once.
        if let stored, TileMiddles.root(over: stored[...]) == parent { return stored }
        let name = StoreLayout.describe(id)
        guard TileMiddles.root(over: leaves) == parent else {
            check.findings.add(
                .tiles, name, .hash, "does not lead to the hash above it, nor do its leaves")
            return stored ?? Array(leaves)
        }
        if stored != nil {
            check.findings.add(
                .tiles, name, .hash, "does not lead to the hash above it, its leaves do")
        }
        check.repair(id, with: Array(leaves))
        return Array(leaves)
    }

    private mutating func compare(_ leaves: ArraySlice<Hash>, with trusted: [Hash]) {
        for (place, hash) in zip(leaves.indices, trusted) where leaves[place] != hash {
            let index = first + UInt64(place)
            tally.badLeaves.insert(index)
            guard !absent.contains(index) else { continue }
            check.findings.add(
                .entries, "\(index)", .hash, "its bytes are not those that the tree has")
        }
        // A leaf with the logged bytes that is no statement was never admitted.
        for (place, hash) in zip(leaves.indices, trusted) where leaves[place] == hash {
            let index = first + UInt64(place)
            guard tally.badLeaves.contains(index) else { continue }
            check.findings.add(
                .entries, "\(index)", .statement, "is neither a statement nor an index head")
        }
    }
}
