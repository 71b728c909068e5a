/// Makes the cells of a map from all of its records, in order of key and index.
package struct IndexCellsBuilder: Sendable {
    private let depth: Int
    private var cells: [IndexCells.Cell] = []

    /// The cell that grows: that behind those which are there.
    private var growing: GrowingBeside
    private var last: IndexRecord?

    /// Begins a map that is cut at `depth`, at most ``IndexCells/maximumDepth``.
    package init(depth: Int) {
        precondition((0...IndexCells.maximumDepth).contains(depth), "a cut has a depth")
        self.depth = depth
        cells.reserveCapacity(1 << depth)
        growing = GrowingBeside(depth: depth - 1)
    }

    /// Adds the next record.
    package mutating func add(_ record: IndexRecord) throws(IndexRootsError) {
        guard last.map({ $0 < record }) ?? true else { throw .disordered(record) }
        last = record
        end(before: IndexCells.cell(of: record.key, depth: depth))
        growing.add(record)
    }

    /// Ends all cells before one.
    private mutating func end(before cell: Int) {
        while cells.count < cell {
            let whole = growing.finish().whole
            cells.append(
                IndexCells.Cell(
                    node: whole.node, count: whole.count,
                    hasOneKey: whole.count > 0 && whole.hasOneKey))
            growing = GrowingBeside(depth: depth - 1)
        }
    }

    /// Returns the cells of all records that were added.
    package mutating func finish() -> IndexCells {
        end(before: 1 << depth)
        guard let made = IndexCells(depth: depth, cells) else {
            preconditionFailure("as many cells are made as the depth says")
        }
        return made
    }
}
