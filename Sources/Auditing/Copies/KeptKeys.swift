import Files
import IndexMap
import Merkle

/// The sorted keys of a copy, kept so that the next proof reads few of them (index.md §13).
///
///     DIR/lock              the lock of the one command at work
///     DIR/cells             what counts (``KeptCells``); replaced as a whole
///     DIR/kept-SERIAL.run   all keys below the size that it names, sorted (``RunFile``)
///
/// Only a cache: a proof that is made of it counts where it leads to the map of the index head,
/// and else all entries are read again. Who may write the folder could have an index that is wrong
/// pass for right here, as the ledger's own word does, so it is its owner's alone.
struct KeptKeys: Sendable {
    /// Begins the names of runs; those of an audit's state begin otherwise.
    static let kind = "kept"

    /// The folder, as it was named.
    let path: String

    private let folder: Folder
    private let lock: FileLock

    /// Opens the folder at `path`, made where it is missing, and takes its lock.
    init(_ path: String) throws(RunError) {
        self.path = path
        do throws(FileError) {
            folder = try Folder(making: path, .secret)
            try Ownership.requireOwn(folder.status, path: path, isSecret: true)
            lock = try FileLock("lock", in: folder, .none)
            for name in try folder.names() where Folder.isTemporary(name) {
                try folder.remove(name)
            }
        } catch {
            throw .file(error)
        }
    }

    /// What is kept, opened.
    struct Content: Sendable {
        let cells: KeptCells
        let keys: SortedKeys
    }

    /// Returns what is kept; nil where nothing is.
    ///
    /// Keys that were written and do not count, because their command was ended, are removed.
    func content() throws(RunError) -> Content? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(KeptCells.fileName, limit: KeptCells.byteLimit)
        } catch {
            throw .file(error)
        }
        guard let bytes else {
            try remove(but: nil)
            return nil
        }
        guard let cells = KeptCells(bytes) else {
            try remove(but: nil)
            throw .damaged(
                path: folder.path(of: KeptCells.fileName), rule: "is not what was written")
        }
        let name = Self.name(cells.serial)
        try remove(but: name)
        let note = RunNote(serial: cells.serial, count: cells.cells.count, isSettled: true)
        let run = try RunFile<IndexRecord>(note, name: name, in: folder)
        return Content(cells: cells, keys: SortedKeys(cells: cells.cells, run: run))
    }

    private static func name(_ serial: UInt64) -> String { "\(kind)-\(serial).run" }

    /// The number of a run of ours; nil of every other name, whose file stays.
    private static func serial(of file: String) -> UInt64? {
        guard file.hasPrefix("\(kind)-"), file.hasSuffix(".run"),
            let serial = UInt64(file.dropFirst(kind.count + 1).dropLast(".run".count)),
            serial < .max, file == name(serial)
        else { return nil }
        return serial
    }

    /// Begins to write `count` keys, at least one.
    func writer(of count: UInt64) throws(RunError) -> KeptKeysWriter {
        let serial = try nextSerial()
        return try KeptKeysWriter(
            of: count, serial: serial, name: Self.name(serial), in: folder)
    }

    /// The number behind those of all files there.
    private func nextSerial() throws(RunError) -> UInt64 {
        do throws(FileError) {
            return (try folder.names().compactMap(Self.serial(of:)).max() ?? 0) + 1
        } catch {
            throw .file(error)
        }
    }

    /// Has the keys that were just written count, and removes all others.
    ///
    /// A crash before the file of the cells is replaced leaves a run that nothing names, and
    /// ``content()`` removes it.
    func keep(_ keys: SortedKeys, size: UInt64, map: Hash) throws(RunError) {
        let cells = KeptCells(
            size: size, map: map, serial: keys.run.note.serial, cells: keys.cells)
        do throws(FileError) {
            try folder.write(cells.bytes, to: KeptCells.fileName, .replacing(.secret))
        } catch {
            throw .file(error)
        }
        try remove(but: Self.name(cells.serial))
    }

    /// Removes the keys that were just written, and are not those of the index head.
    func discard(_ keys: SortedKeys) throws(RunError) {
        do throws(FileError) {
            try folder.remove(keys.run.name)
        } catch {
            throw .file(error)
        }
    }

    /// Removes all files of keys but one.
    private func remove(but kept: String?) throws(RunError) {
        do throws(FileError) {
            for name in try folder.names() where Self.serial(of: name) != nil && name != kept {
                try folder.remove(name)
            }
        } catch {
            throw .file(error)
        }
    }
}
