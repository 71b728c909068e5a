import Files
import IndexMap

/// Writes the keys of a copy, which come sorted, and makes the cells of their map.
///
/// In the folder of ``KeptKeys`` they count once ``KeptKeys/keep(_:size:map:)`` has returned.
final class KeptKeysWriter {
    private var file: RunWriter<IndexRecord>
    private var cells: IndexCellsBuilder
    private let serial: UInt64
    private let name: String
    private let folder: Folder

    /// Begins to write `count` keys, at least one.
    init(of count: UInt64, serial: UInt64, name: String, in folder: Folder) throws(RunError) {
        file = try RunWriter(serial: serial, name: name, in: folder)
        cells = IndexCellsBuilder(depth: IndexCells.depth(of: count))
        (self.serial, self.name, self.folder) = (serial, name, folder)
    }

    /// Writes the next record, which must stand behind the one before.
    func append(_ record: IndexRecord) throws(RunError) {
        do throws(IndexRootsError) {
            try cells.add(record)
        } catch {
            throw .damaged(
                path: folder.path, rule: "has a key of entry \(record.index) twice")
        }
        try file.append(record)
    }

    /// Waits until all is on the disk, and opens it.
    func finish() throws(RunError) -> SortedKeys {
        let note = RunNote(serial: serial, count: try file.finish(), isSettled: true)
        return SortedKeys(
            cells: cells.finish(), run: try RunFile(note, name: name, in: folder))
    }
}
