import IndexMap
import Merkle

/// All keys of a copy in one sorted file, with the cells of their map: what the proof of any name
/// is made of, by looks at few of the keys (index.md §13).
///
/// Either may have been changed on the disk, so a root is returned with what is made: whoever asks
/// holds it to that of an index head.
struct SortedKeys: Sendable {
    let cells: IndexCells
    let run: RunFile<IndexRecord>

    /// Returns the root of the map.
    func root(goesOn: @escaping () -> Bool) throws(IndexCopyError) -> Hash {
        do throws(RunError) {
            return try cells.root(reading: KeptRows(run: run, goesOn: goesOn))
        } catch {
            throw IndexCopyError(reading: error)
        }
    }

    /// Makes the proof of a name, of a list with the entries at these positions.
    func proof(
        of name: IndexName, _ positions: Range<UInt64>, goesOn: @escaping () -> Bool
    ) throws(IndexCopyError) -> (root: Hash, proof: IndexProof) {
        do throws(RunError) {
            return try cells.proof(
                of: name, positions: positions, reading: KeptRows(run: run, goesOn: goesOn))
        } catch {
            throw IndexCopyError(reading: error)
        }
    }
}

/// Reads the keys of some cells.
private struct KeptRows: IndexCellRows {
    let run: RunFile<IndexRecord>
    let goesOn: () -> Bool

    /// Records from one question whether to go on to the next.
    private static let stride = 65_536

    func forEach(
        in cells: Range<Int>, depth: Int, _ body: (IndexRecord) throws(RunError) -> Void
    ) throws(RunError) {
        let first = IndexRecord(
            key: IndexCells.firstKey(of: cells.lowerBound, depth: depth), index: 0)
        var failure: RunError?
        var count = 0
        var cache = BlockCache<IndexRecord>()
        try run.forEach(from: first, cache: &cache) { record in
            guard IndexCells.cell(of: record.key, depth: depth) < cells.upperBound else {
                return false
            }
            do throws(RunError) {
                if count.isMultiple(of: Self.stride), !goesOn() { throw .stopped }
                count += 1
                try body(record)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    func failure(about record: IndexRecord) -> RunError {
        .damaged(path: run.name, rule: "has a key of entry \(record.index) out of its order")
    }
}
