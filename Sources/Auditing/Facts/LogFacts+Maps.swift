import IndexMap
import Merkle

extension LogFacts {
    /// Computes the root that the index's map had at each of some sizes of the log (index.md §2).
    ///
    /// What is in memory is written first, and its room is free for the changes of the map. It
    /// reads the records of all entries once, in their order, and looks nothing up. Where the
    /// map has changed in more places than are kept in memory, it reads them again, for half as
    /// many sizes at once.
    ///
    /// - Parameter sizes: Rising, each once; the keys of all entries below them were gathered.
    mutating func roots(
        of sizes: [UInt64], _ pace: inout SettlementPace
    ) throws(RunError) -> [Hash] {
        try giveBack()
        var roots: [Hash] = []
        var width = sizes.count
        while roots.count < sizes.count {
            let part = sizes[roots.count..<min(roots.count + width, sizes.count)]
            if let found = try pass(of: Array(part), &pace) {
                roots += found
            } else {
                width = max(1, width / 2)
            }
        }
        return roots
    }

    /// Reads all records; nil where that takes too much memory.
    private func pass(
        of sizes: [UInt64], _ pace: inout SettlementPace
    ) throws(RunError) -> [Hash]? {
        // The map at one size has a few hundred changes on its way.
        var pass = IndexRoots(sizes: sizes, maximumChanges: sizes.count == 1 ? .max : mapChanges)
        var merge = try RunMerge(keys.runs)
        while let (record, _) = try merge.next() {
            try pace.step()
            do throws(IndexRootsError) {
                try pass.add(record)
            } catch {
                return try given(up: error)
            }
        }
        do throws(IndexRootsError) {
            return try pass.finish()
        } catch {
            return try given(up: error)
        }
    }

    /// What becomes of a pass that did not come to its end: another one, of fewer sizes, or none.
    private func given(up error: IndexRootsError) throws(RunError) -> [Hash]? {
        switch error {
        case .tooManyChanges: return nil
        case .disordered(let record):
            throw .damaged(path: keys.path, rule: "has a key of entry \(record.index) twice")
        }
    }
}
