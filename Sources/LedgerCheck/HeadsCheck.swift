import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Synchronization

/// Checks the kept heads of one range of sizes: roots from the tree, notes and receipts by the
/// keys in force, times that do not fall.
struct HeadsCheck {
    /// Sizes in one range: at most so many heads are held in memory.
    static let range: UInt64 = 1 << 12

    private let check: StoreCheck

    /// Nil where the registry does not fold: then signatures are not checked here.
    private let verifier: HeadVerifier?

    init(_ check: StoreCheck, _ verifier: HeadVerifier?) {
        self.check = check
        self.verifier = verifier
    }

    func run(from first: UInt64) throws(LedgerError) -> CheckTally {
        let (size, end) = (check.bounds.size, first + Self.range)
        var tally = CheckTally()
        var heads: [HeadRow] = []
        // Each head is judged alone, and that one is missing is never said.
        _ = try check.store.forEachRow(
            in: .heads, from: first == 0 ? nil : StoreLayout.key(first),
            to: end > size ? nil : StoreLayout.key(end)
        ) { key, value in
            tally.rows[.heads, default: 0] += 1
            guard let size = StoreLayout.number(key), size > 0 else {
                return check.malformed(.heads, key.copied(), "is not a tree size of 8 bytes")
            }
            guard size <= check.bounds.size else {
                return check.beyond(size - 1, .heads, key.copied())
            }
            if let head = read(size, value.copied()) { heads.append(head) }
        }
        let tiles = CheckedTiles(check)
        for head in heads {
            if let root = try tiles.root(size: head.size), root != head.root {
                add(head.size, .root, "its root is not that of the tree at this size")
            }
        }
        let start = ContinuousClock.now
        for head in heads { checkSignatures(of: head) }
        tally.headSignatureTime = ContinuousClock.now - start
        if let first = heads.first, let last = heads.last {
            checkOrder(heads.map { HeadTime(size: $0.size, time: $0.time) })
            tally.heads.append(
                (
                    HeadTime(size: first.size, time: first.time),
                    HeadTime(size: last.size, time: last.time)
                ))
        }
        return tally
    }

    /// Reports each head that is older than the one before it.
    func checkOrder(_ heads: [HeadTime]) {
        for (before, head) in zip(heads, heads.dropFirst()) where head.time < before.time {
            add(
                head.size, .time,
                "is of time \(head.time), the head of size \(before.size) of \(before.time)")
        }
    }

    private func read(_ size: UInt64, _ value: [UInt8]) -> HeadRow? {
        guard let head = try? HeadRow(size: size, value: value), head.value == value else {
            add(size, .malformed, "is not [time, root, note, protected, signature]")
            return nil
        }
        return head
    }

    private func checkSignatures(of head: HeadRow) {
        guard let receipt = head.receipt else {
            // Between the sync of a batch and its signing, the newest head is unsigned.
            if head.size < check.bounds.size { add(head.size, .note, "was never signed") }
            return
        }
        guard let verifier else { return }
        do throws(Refusal) {
            try verifier.checkNote(of: receipt, size: head.size, root: head.root)
        } catch {
            add(head.size, .note, "\(error)")
        }
        do throws(Refusal) {
            try verifier.checkReceipt(
                of: receipt, size: head.size, root: head.root, time: head.time)
        } catch {
            add(head.size, .receipt, "\(error)")
        }
    }

    private func add(_ size: UInt64, _ rule: CheckFinding.Rule, _ detail: String) {
        check.findings.add(.heads, "\(size)", rule, detail)
    }
}

/// The tiles of a check and the nodes over their hashes, kept for as long as one range of heads
/// takes: neighbouring heads need the same ones.
final class CheckedTiles: TileReader {
    private let check: StoreCheck
    private let kept = Mutex<[TileID: TilePyramid]>([:])

    init(_ check: StoreCheck) {
        self.check = check
    }

    /// The root at `size`; nil where a tile is not there, which is a finding already.
    func root(size: UInt64) throws(LedgerError) -> Hash? {
        do {
            return try CompactRange(size: size, from: TiledNodes(self)).root
        } catch {
            if case .failed(.failed(let reason)) = error { throw reason }
            return nil
        }
    }

    func tiles(_ ids: [TileID]) throws(LedgerError) -> [[Hash]] {
        var tiles: [[Hash]] = []
        for id in ids {
            if let tile = kept.withLock({ $0[id] }) {
                tiles.append(tile.hashes)
                continue
            }
            let width = id.width(in: check.bounds.size)
            let tile = TilePyramid(try check.tile(id, width: width) ?? [])
            kept.withLock { $0[id] = tile }
            tiles.append(tile.hashes)
        }
        return tiles
    }

    func node(over places: Range<Int>, of tile: TileID) -> Hash? {
        kept.withLock { $0[tile]?.node(over: places) }
    }
}
