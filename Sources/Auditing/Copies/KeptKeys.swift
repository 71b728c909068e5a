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
///
/// What has the name of a file of keys and is none, such as a link or a pipe, is as a file that was
/// damaged: it is read no further, and replaced. A folder stays, for nobody knows what is in it.
struct KeptKeys: Sendable {
    /// Begins the names of runs; those of an audit's state begin otherwise.
    static let kind = "kept"

    private static let lockName = "lock"

    /// The folder, as it was named.
    let path: String

    private let folder: Folder
    private let lock: FileLock

    /// Opens the folder at `path`, made where it is missing, and takes its lock.
    init(_ path: String) throws(IndexCopyError) {
        self.path = path
        do throws(FileError) {
            folder = try Folder(making: path, .secret)
            try Ownership.requireOwn(folder.status, path: path, isSecret: true)
        } catch {
            throw .work(.file(error))
        }
        // Another command may hold the lock of a file that was here, so nothing replaces what is.
        if let other = try Self.other(at: Self.lockName, in: folder) { throw .inTheWay(other) }
        do throws(FileError) {
            lock = try FileLock(Self.lockName, in: folder, .none)
            for name in try folder.names() where Folder.isTemporary(name) {
                try Self.remove(name, in: folder)
            }
        } catch {
            throw .work(.file(error))
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
    func content() throws(IndexCopyError) -> Content? {
        let found: KeptCells?
        do throws(IndexCopyError) {
            found = try keptCells()
        } catch {
            if case .work(.damaged) = error { try remove(but: nil) }
            throw error
        }
        guard let cells = found else {
            try remove(but: nil)
            return nil
        }
        let name = Self.name(cells.serial)
        try remove(but: name)
        if let other = try Self.other(at: name, in: folder) {
            throw .work(.damaged(path: other.path, rule: other.words))
        }
        let note = RunNote(serial: cells.serial, count: cells.cells.count, isSettled: true)
        let run: RunFile<IndexRecord>
        do throws(RunError) {
            run = try RunFile(note, name: name, in: folder)
        } catch {
            throw IndexCopyError(reading: error)
        }
        return Content(cells: cells, keys: SortedKeys(cells: cells.cells, run: run))
    }

    /// Reads the file of the cells; nil where there is none.
    private func keptCells() throws(IndexCopyError) -> KeptCells? {
        let path = folder.path(of: KeptCells.fileName)
        if let other = try Self.other(at: KeptCells.fileName, in: folder) {
            guard other.reason != .isKind(.folder, wanted: .file) else { throw .inTheWay(other) }
            throw .work(.damaged(path: path, rule: other.words))
        }
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(KeptCells.fileName, limit: KeptCells.byteLimit)
        } catch {
            guard case .tooLarge = error.reason else { throw .unreadable(error) }
            throw .work(.damaged(path: path, rule: error.words))
        }
        guard let bytes else { return nil }
        guard let cells = KeptCells(bytes) else {
            throw .work(.damaged(path: path, rule: "is not what was written"))
        }
        return cells
    }

    /// Says what has a name in the folder and is no ordinary file; nil where that is one, or
    /// nothing.
    private static func other(
        at name: String, in folder: Folder
    ) throws(IndexCopyError) -> FileError? {
        let found: FileStatus?
        do throws(FileError) {
            found = try folder.status(of: name)
        } catch {
            throw .unreadable(error)
        }
        guard let kind = found?.kind, kind != .file else { return nil }
        let reason: FileError.Reason = kind == .link ? .isLink : .isKind(kind, wanted: .file)
        return FileError(folder.path(of: name), reason)
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
    func keep(_ keys: SortedKeys, size: UInt64, map: Hash) throws(IndexCopyError) {
        let cells = KeptCells(
            size: size, map: map, serial: keys.run.note.serial, cells: keys.cells)
        do throws(FileError) {
            try folder.write(cells.bytes, to: KeptCells.fileName, .replacing(.secret))
        } catch {
            throw .work(.file(error))
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
    private func remove(but kept: String?) throws(IndexCopyError) {
        do throws(FileError) {
            for name in try folder.names() where Self.serial(of: name) != nil && name != kept {
                try Self.remove(name, in: folder)
            }
        } catch {
            throw .work(.file(error))
        }
    }

    /// Removes what has a name of ours, unless it is a folder.
    private static func remove(_ name: String, in folder: Folder) throws(FileError) {
        let kind = try folder.status(of: name)?.kind
        guard kind != .folder else { return }
        try folder.remove(name)
    }
}
