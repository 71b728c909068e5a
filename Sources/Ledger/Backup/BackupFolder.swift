import Encoding
import Files
import Jobs
import LedgerStore
import Provenance
import LogReader
import RocksDB

/// A folder of backups of one ledger: RocksDB's, and beside them whose they are.
///
///     LEDGER      origin, LF, EntryID of entry 0, LF; written before the first backup
///     meta/, private/, shared_checksum/      see RocksDB's BackupEngine
///
/// Not trusted: an attacker who can change it can give us another store, but no private key and no
/// high-water file, so a store from here signs nothing that contradicts what was signed.
///
/// RocksDB's engine follows links, overwrites and removes by path, so it only gets a folder that
/// nobody but us can change, and that ``BackupContents`` has looked through before each use.
struct BackupFolder {
    private static let markName = "LEDGER"

    /// The longest mark: an origin of 255 bytes and an EntryID of 43.
    private static let markByteLimit = 512

    let path: String
    let engine: BackupEngine

    /// The backups that were complete once, as the folder had them when it was opened; the engine
    /// passes over those that have lost a file.
    let ids: [UInt32]

    private let folder: Folder

    /// Opens the folder for backups of the ledger in `options`; makes it where it is missing.
    init(
        _ path: String, of options: LedgerOptions, origin: Text, genesis: EntryID
    ) throws(LedgerError) {
        try LedgerSurroundings(options).refuse(path)
        let mark = Array("\(origin)\n\(genesis)\n".utf8)
        let folder = try LedgerError.files { () throws(FileError) in
            let folder = try Folder(making: path, .secret)
            try Ownership.requireOwn(folder: path)
            return folder
        }
        if let found = try Self.mark(in: folder) {
            guard found == mark else {
                throw .unfit(
                    path: path, reason: "holds the backups of another ledger; name another folder")
            }
        } else {
            try Self.begin(folder, mark)
        }
        try BackupContents(folder).removeLeftovers()
        try self.init(opening: folder, keepingWrongSizes: false)
    }

    /// Writes the mark into an empty folder, and makes the folder its owner's.
    private static func begin(_ folder: Folder, _ mark: [UInt8]) throws(LedgerError) {
        let names = try LedgerError.files { () throws(FileError) in try folder.content() }
        guard names.allSatisfy(Folder.isTemporary) else {
            throw .unfit(
                path: folder.path,
                reason: "is neither empty nor a folder of backups; name another")
        }
        // A crash after this leaves a folder without backups, which the next one goes on with.
        try LedgerError.files { () throws(FileError) in
            try folder.setMode(0o700)
            try folder.write(mark, to: markName, .new(.secret))
        }
    }

    /// Opens a folder that has backups already; nothing is made where it has none.
    ///
    /// - Parameter keepsWrongSizes: whether only ``check(_:progress:)`` says which files have the
    ///   wrong size.
    init(
        existing path: String, keepingWrongSizes keepsWrongSizes: Bool = false
    ) throws(LedgerError) {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
            try Ownership.requireOwn(folder: path)
        } catch {
            guard error.isMissing else { throw LedgerError(error) }
            throw .missing(path: path, reason: "there is no such folder")
        }
        guard try Self.mark(in: folder) != nil else {
            throw .missing(path: path, reason: "holds no backups of a ledger")
        }
        try self.init(opening: folder, keepingWrongSizes: keepsWrongSizes)
    }

    private init(
        opening folder: Folder, keepingWrongSizes keepsWrongSizes: Bool
    ) throws(LedgerError) {
        self.folder = folder
        let path = folder.path
        self.path = path
        ids = try BackupContents(folder, keepingWrongSizes: keepsWrongSizes).ids
        engine = try Self.engine(path) { () throws(RocksDBError) in try BackupEngine(path: path) }
    }

    /// The backups that the engine passed over when it was opened, in order: each has lost a file.
    ///
    /// One that is added or removed meanwhile is none: its list comes last and goes first.
    var incompleteIDs: [UInt32] {
        get throws(LedgerError) {
            let complete = Set(engine.backups.map(\.id))
            let present = Set(try BackupContents(folder, keepingWrongSizes: true).ids)
            return ids.filter { !complete.contains($0) && present.contains($0) }
        }
    }

    /// Bytes of all files in the folder.
    var byteCount: UInt64 {
        get throws(LedgerError) { try BackupContents(folder).byteCount }
    }

    /// Reads every file of a backup and compares it with its checksum.
    func check(_ id: UInt32, progress: JobProgress) throws(LedgerError) {
        try BackupContents(folder, keepingWrongSizes: true).check(backup: id, progress: progress)
        try Self.engine(path) { () throws(RocksDBError) in try engine.verify(id) }
    }

    /// Makes sure, before a backup is copied into `target`, that it is this ledger's and that there
    /// is room for it.
    func check(_ id: UInt32, fits target: Folder) throws(LedgerError) {
        let needed = try BackupContents(folder).byteCount(ofBackup: id)
        let free = try LedgerError.files { () throws(FileError) in try target.freeByteCount }
        guard needed <= free else {
            throw .diskFull(
                path: path,
                reason: "backup \(id) has \(needed) bytes, and \(free) are free in \(target.path)")
        }
    }

    /// Runs `body`; where the folder is at fault, the error names it.
    static func engine<Result>(
        _ path: String, _ body: () throws(RocksDBError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(RocksDBError) {
            return try body()
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Runs `body`, and passes on why a static file cannot be used.
    static func staticFiles<Result>(
        _ body: () throws(StaticLogError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(StaticLogError) {
            return try body()
        } catch {
            throw LedgerError(error)
        }
    }

    private static func mark(in folder: Folder) throws(LedgerError) -> [UInt8]? {
        try LedgerError.files { () throws(FileError) in
            try folder.read(markName, limit: markByteLimit)
        }
    }
}

extension LedgerError {
    /// Passes on why files outside the store could not be read or written.
    init(_ error: StaticLogError) {
        self =
            switch error {
            case .file(let error): LedgerError(error, saying: error.words)
            case .occupied(let path, let reason): .unfit(path: path, reason: reason)
            case .malformed(let path, let reason): .damaged(path: path, reason: reason)
            }
    }
}
