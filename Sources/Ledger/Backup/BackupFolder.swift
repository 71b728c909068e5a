import Encoding
import Foundation
import Provenance
import RocksDB
import StaticLog

/// A folder of backups of one ledger: RocksDB's, and beside them whose they are.
///
///     LEDGER      origin, LF, EntryID of entry 0, LF; written before the first backup
///     meta/, private/, shared_checksum/      see RocksDB's BackupEngine
///
/// Not trusted: whoever can change it can give us another store, but no private key and no
/// high-water file, so a store from here signs nothing that contradicts what was signed.
struct BackupFolder {
    private static let markName = "LEDGER"

    /// The longest mark: an origin of 255 bytes and an EntryID of 43.
    private static let markByteLimit = 512

    let path: String
    let engine: BackupEngine

    /// Opens the folder for backups of the ledger in `options`; makes it where it is missing.
    init(
        _ path: String, of options: LedgerOptions, origin: Text, genesis: EntryID
    ) throws(LedgerError) {
        try Self.checkPlace(path, options)
        let mark = Array("\(origin)\n\(genesis)\n".utf8)
        if let found = try Self.mark(in: path) {
            guard found == mark else {
                throw .file(
                    path: path, reason: "holds the backups of another ledger; name another folder")
            }
        } else {
            let names = try Self.names(in: path)
            guard names.allSatisfy({ $0.hasPrefix(Self.markName) }) else {
                throw .file(
                    path: path, reason: "is neither empty nor a folder of backups; name another")
            }
            // A crash after this leaves a folder without backups, which the next one goes on with.
            try Self.files { () throws(StaticLogError) in
                try DurableFile.makeFolder(path)
                try DurableFile.write(mark, to: "\(path)/\(Self.markName)")
                try DurableFile.synchronize(folder: path)
            }
        }
        try self.init(opening: path)
    }

    /// Opens a folder that has backups already; nothing is made where it has none.
    init(existing path: String) throws(LedgerError) {
        guard try Self.mark(in: path) != nil else {
            throw .file(path: path, reason: "holds no backups of a ledger")
        }
        try self.init(opening: path)
    }

    private init(opening path: String) throws(LedgerError) {
        self.path = path
        engine = try Self.engine(path) { () throws(RocksDBError) in try BackupEngine(path: path) }
    }

    /// Bytes of all files in the folder, as long as they can be asked.
    var byteCount: UInt64 {
        var sum: UInt64 = 0
        let keys: Set<URLResourceKey> = [.fileSizeKey, .isRegularFileKey]
        let files = FileManager.default.enumerator(
            at: URL(filePath: path), includingPropertiesForKeys: Array(keys))
        while let file = files?.nextObject() as? URL {
            let values = try? file.resourceValues(forKeys: keys)
            if values?.isRegularFile == true { sum += UInt64(max(0, values?.fileSize ?? 0)) }
        }
        return sum
    }

    /// Runs `body`; where the folder is at fault, the error names it.
    static func engine<Result>(
        _ path: String, _ body: () throws(RocksDBError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(RocksDBError) {
            return try body()
        } catch {
            switch error.kind {
            case .closed: throw .closed
            case .ioError(noSpace: true):
                throw .file(path: path, reason: "the disk is full: \(error)")
            default: throw .file(path: path, reason: "\(error)")
            }
        }
    }

    /// Runs `body` and passes its error on as the ledger's.
    static func files<Result>(
        _ body: () throws(StaticLogError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(StaticLogError) {
            return try body()
        } catch {
            throw LedgerError(error)
        }
    }

    private static func mark(in path: String) throws(LedgerError) -> [UInt8]? {
        try files { () throws(StaticLogError) in
            try DurableFile.read("\(path)/\(markName)", limit: markByteLimit)
        }
    }

    private static func names(in path: String) throws(LedgerError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let place = URL(filePath: path).resolvingSymlinksInPath()
        guard (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw .file(path: path, reason: "is not a folder")
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
    }

    /// Refuses a place within the ledger, or around it: a backup must not be lost with it, and
    /// RocksDB removes files from its folder that it does not know.
    static func checkPlace(_ path: String, _ options: LedgerOptions) throws(LedgerError) {
        let place = resolved(path)
        for own in [resolved(options.data), resolved(options.keys)] {
            guard !place.starts(with: own), !own.starts(with: place) else {
                throw .file(
                    path: path,
                    reason: "is the ledger's own folder, lies within it, or holds it; "
                        + "name one beside it, best on another disk")
            }
        }
    }

    /// Returns the names on the way from the root, with the links in it followed as far as it
    /// exists.
    private static func resolved(_ path: String) -> [String] {
        var place = URL(filePath: path).standardizedFileURL
        var missing: [String] = []
        while place.pathComponents.count > 1,
            !FileManager.default.fileExists(atPath: place.path(percentEncoded: false))
        {
            missing.insert(place.lastPathComponent, at: 0)
            place = place.deletingLastPathComponent()
        }
        return place.resolvingSymlinksInPath().pathComponents + missing
    }
}

extension LedgerError {
    /// Passes on why files outside the store could not be read or written.
    init(_ error: StaticLogError) {
        switch error {
        case .file(let path, let reason), .occupied(let path, let reason),
            .isFalse(let path, let reason), .malformed(let path, let reason):
            self = .file(path: path, reason: reason)
        case .missing(let path): self = .file(path: path, reason: "is missing")
        }
    }
}
