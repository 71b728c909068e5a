import Files
import IndexMap
import Merkle

/// Writes the keys of a copy, which come sorted, and makes their cells; they count once
/// ``KeptKeys/keep(_:)`` has returned.
final class KeptKeysWriter {
    private var file: RunWriter<IndexRecord>
    private var cells: IndexCellsBuilder
    private let serial: UInt64

    init(of count: UInt64, serial: UInt64, name: String, in folder: Folder) throws(RunError) {
        file = try RunWriter(serial: serial, name: name, in: folder)
        cells = IndexCellsBuilder(depth: IndexCells.depth(of: count))
        self.serial = serial
    }

    /// Writes the next record, which a proof's pass has found to stand behind the one before.
    func append(_ record: IndexRecord) throws(RunError) {
        do throws(IndexRootsError) {
            try cells.add(record)
        } catch {
            preconditionFailure("the pass has found the records in order: \(error)")
        }
        try file.append(record)
    }

    /// Waits until all is on the disk, and returns what says which keys these are: those of the
    /// first `size` entries, whose map has this root.
    func finish(size: UInt64, map: Hash) throws(RunError) -> KeptCells {
        _ = try file.finish()
        return KeptCells(size: size, map: map, serial: serial, cells: cells.finish())
    }
}
