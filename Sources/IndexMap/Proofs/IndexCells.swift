package import Merkle

/// A map that is cut at one depth: of each cell, the records whose keys begin with the same bits,
/// its node, and how many records it has.
///
/// For whoever has the records of a map, sorted, and no map: with this a proof is made of the
/// records of one cell, and of the nodes of all others (index.md §13). It is as large as its depth
/// says, however many records there are.
package struct IndexCells: Hashable, Sendable {
    /// One cell.
    package struct Cell: Hashable, Sendable {
        /// The hash of the node at the depth of the cut; zero where there is no record.
        package let node: Hash

        /// The number of records.
        package let count: UInt64

        /// Whether there are records, and all have one key.
        package let hasOneKey: Bool

        /// Takes a cell as it is.
        package init(node: Hash, count: UInt64, hasOneKey: Bool) {
            self.node = node
            self.count = count
            self.hasOneKey = hasOneKey
        }
    }

    /// The largest depth: 65,536 cells, whose nodes take 3 MiB.
    package static let maximumDepth = 16

    /// Records of a cell that are well read for one proof: some ten blocks of a sorted file.
    private static let usualCount: UInt64 = 1_024

    /// Bits that the keys of one cell share.
    package let depth: Int

    /// All cells, in the order of the keys.
    package let cells: [Cell]

    /// Records of all cells before each, and behind the last of all of them.
    private let countsBefore: [UInt64]

    /// Cells with a record before each, and behind the last all of them.
    private let filledBefore: [Int]

    /// Takes cells; nil where they are not those of this depth, or have too many records.
    package init?(depth: Int, _ cells: [Cell]) {
        guard (0...Self.maximumDepth).contains(depth), cells.count == 1 << depth else { return nil }
        self.depth = depth
        self.cells = cells
        var (counts, filled): ([UInt64], [Int]) = ([0], [0])
        for cell in cells {
            let (sum, isTooLarge) = counts[counts.count - 1].addingReportingOverflow(cell.count)
            guard !isTooLarge else { return nil }
            counts.append(sum)
            filled.append(filled[filled.count - 1] + (cell.count > 0 ? 1 : 0))
        }
        (countsBefore, filledBefore) = (counts, filled)
    }

    /// The number of all records.
    package var count: UInt64 { countsBefore[cells.count] }

    /// The depth at which a map of so many records is cut.
    package static func depth(of count: UInt64) -> Int {
        let wanted = count / usualCount
        return wanted == 0 ? 0 : min(maximumDepth, UInt64.bitWidth - 1 - wanted.leadingZeroBitCount)
    }

    /// The number of the cell of a key.
    package static func cell(of key: IndexKey, depth: Int) -> Int {
        depth == 0 ? 0 : Int(key.hash.words.0 >> UInt64(UInt64.bitWidth - depth))
    }

    /// The first key that a cell may have.
    package static func firstKey(of cell: Int, depth: Int) -> IndexKey {
        var bytes = [UInt8](repeating: 0, count: Hash.byteCount)
        let word = depth == 0 ? 0 : UInt64(cell) << UInt64(UInt64.bitWidth - depth)
        for place in 0..<8 {
            bytes[place] = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * place))
        }
        return IndexKey(Hash(bytes) ?? .zero)
    }

    // MARK: - Proofs

    /// Makes the proof of a name, of a list with the entries at these positions, and returns it
    /// with the root of the map that it leads to.
    ///
    /// The cells and the records may be anything: the proof is one under the root that is
    /// returned, and that is the map of an index head or is not.
    package func proof<Rows: IndexCellRows>(
        of name: IndexName, positions: Range<UInt64>, reading rows: Rows
    ) throws(Rows.Failure) -> (root: Hash, proof: IndexProof) {
        let key = name.key
        let own = Self.cell(of: key, depth: depth)
        var pass = IndexProofPass(of: name, positions: positions)
        // Left of the way the groups rise with their depth, and right of it they fall.
        for level in 0..<depth where key.bit(at: level) {
            try add(beside(own, at: level), leavingAt: level, to: &pass, rows)
        }
        try add(own..<own + 1, to: &pass, rows)
        for level in (0..<depth).reversed() where !key.bit(at: level) {
            try add(beside(own, at: level), leavingAt: level, to: &pass, rows)
        }
        return pass.finish()
    }

    /// Returns the root of the map that the cells, and of a small group the records, lead to.
    package func root<Rows: IndexCellRows>(reading rows: Rows) throws(Rows.Failure) -> Hash {
        try node(of: 0..<cells.count, rows)
    }

    /// The cells that leave the way to a cell at a depth.
    private func beside(_ cell: Int, at level: Int) -> Range<Int> {
        let width = 1 << (depth - level - 1)
        let start = (cell / width ^ 1) * width
        return start..<start + width
    }

    private func count(in range: Range<Int>) -> UInt64 {
        countsBefore[range.upperBound] - countsBefore[range.lowerBound]
    }

    /// Whether all records of some cells have one key.
    private func hasOneKey(_ range: Range<Int>) -> Bool {
        filledBefore[range.upperBound] - filledBefore[range.lowerBound] == 1
            && cells[range].allSatisfy { $0.count == 0 || $0.hasOneKey }
    }

    /// Adds a group as a whole, or by its records where these decide how the way ends.
    private func add<Rows: IndexCellRows>(
        _ range: Range<Int>, leavingAt level: Int, to pass: inout IndexProofPass, _ rows: Rows
    ) throws(Rows.Failure) {
        let count = count(in: range)
        guard count > IndexNode.bucketLimit, !hasOneKey(range) else {
            return try add(range, to: &pass, rows)
        }
        pass.add(try node(of: range, rows), of: count, leavingAt: level)
    }

    private func add<Rows: IndexCellRows>(
        _ range: Range<Int>, to pass: inout IndexProofPass, _ rows: Rows
    ) throws(Rows.Failure) {
        guard count(in: range) > 0 else { return }
        try rows.forEach(in: range, depth: depth) { record throws(Rows.Failure) in
            do throws(IndexRootsError) {
                try pass.add(record)
            } catch {
                throw rows.failure(about: record)
            }
        }
    }

    /// Returns the node over some cells, as many as a power of two: at most ``maximumDepth`` calls
    /// deep.
    private func node<Rows: IndexCellRows>(
        of range: Range<Int>, _ rows: Rows
    ) throws(Rows.Failure) -> Hash {
        let count = count(in: range)
        guard count > 0 else { return .zero }
        guard range.count > 1 else { return cells[range.lowerBound].node }
        if count <= IndexNode.bucketLimit { return try bucket(range, rows) }
        if hasOneKey(range) {
            // The list of one key has the same hash wherever it stands.
            return cells[range].first { $0.count > 0 }?.node ?? .zero
        }
        let middle = range.lowerBound + range.count / 2
        return IndexNode.branch(
            try node(of: range.lowerBound..<middle, rows),
            try node(of: middle..<range.upperBound, rows))
    }

    private func bucket<Rows: IndexCellRows>(
        _ range: Range<Int>, _ rows: Rows
    ) throws(Rows.Failure) -> Hash {
        var records: [IndexRecord] = []
        try rows.forEach(in: range, depth: depth) { record throws(Rows.Failure) in
            // More than were counted: the proof is another one then, and leads to no head.
            if records.count < IndexNode.bucketLimit { records.append(record) }
        }
        return records.sorted(by: IndexRecord.isChained).reduce(.zero) {
            IndexNode.chained($0, $1.key.tag, $1.index)
        }
    }
}
