import Files
import LedgerStore

/// The content of a folder of backups, examined before RocksDB's engine uses it.
///
///     meta/ID              a line for each file of backup ID: its name below the folder, a space,
///                          its checksum; three lines of numbers before them
///     private/ID/NAME      what a backup has alone
///     shared_checksum/NUMBER_SESSION_SIZE.EXT      files that backups share
///
/// The engine opens, reads to the end and removes the files of these names. So each must be an
/// ordinary file or folder of ours: a link would lead it elsewhere, a pipe would hold it for ever,
/// and a file that is larger than its name says would fill the disk.
struct BackupContents {
    /// The folders that the engine knows; `shared` is an older version's.
    private static let sharedNames = ["shared_checksum", "shared"]
    private static let privateName = "private"
    private static let metaName = "meta"

    /// Bytes of a backup's list of files: half a million of them.
    private static let metaByteLimit = 64 << 20

    /// Bytes of a file that a backup has alone: RocksDB begins a new manifest at one gibibyte, and
    /// its log is an eighth of that.
    private static let privateByteLimit: UInt64 = 2 << 30

    private let folder: Folder

    /// Bytes of each file by its name below the folder.
    private var sizes: [String: UInt64] = [:]

    /// Examines every name; throws at the first that is not as it has to be.
    init(_ folder: Folder) throws(LedgerError) {
        self.folder = folder
        do throws(FileError) {
            try add(filesIn: Self.metaName, limit: UInt64(Self.metaByteLimit))
            for name in Self.sharedNames { try add(filesIn: name, limit: nil) }
            if let privates = try folder.folder(ifThere: Self.privateName) {
                for name in try privates.names() {
                    try add(
                        filesIn: "\(Self.privateName)/\(name)", limit: Self.privateByteLimit)
                }
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Bytes of all files.
    var byteCount: UInt64 {
        sizes.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    /// Bytes of the files that backup `id` is made of, each of which must be there.
    func byteCount(ofBackup id: UInt32) throws(LedgerError) -> UInt64 {
        let name = "\(Self.metaName)/\(id)"
        let meta: [UInt8]?
        do throws(FileError) {
            meta = try folder.read(name, limit: Self.metaByteLimit)
        } catch {
            throw LedgerError(error)
        }
        guard let meta else { throw .damaged(path: folder.path(of: name), reason: "is missing") }
        var sum: UInt64 = 0
        let lines = meta.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Time and sequence number, an optional comment, then the number of files.
        guard
            let start = lines.indices.dropFirst(2).first(where: { Self.isNumber(lines[$0]) })
        else { throw .damaged(path: folder.path(of: name), reason: "is no list of files") }
        for line in lines[(start + 1)...] where !line.isEmpty {
            let word = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            // A name without a folder would be one that nobody has looked at.
            guard let size = sizes[word] else {
                throw .damaged(
                    path: folder.path(of: name), reason: "names a file that is not in the folder")
            }
            sum = sum.addingReportingOverflow(size).partialValue
        }
        return sum
    }

    private static func isNumber(_ line: ArraySlice<UInt8>) -> Bool {
        !line.isEmpty && line.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Removes what a backup that was killed has left: the engine would write it over in place.
    func removeLeftovers() throws(LedgerError) {
        do throws(FileError) {
            for name in sizes.keys where name.utf8.suffix(4).elementsEqual(".tmp".utf8) {
                try folder.remove(name)
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Adds the files in the folder `name`, where there is such a folder.
    private mutating func add(filesIn name: String, limit: UInt64?) throws(FileError) {
        guard let files = try folder.folder(ifThere: name) else { return }
        try Self.requireOurs(files.status, files.path)
        for file in try files.names() {
            guard let status = try files.status(of: file) else { continue }
            let path = files.path(of: file)
            guard status.kind == .file else {
                throw FileError(path, .isKind(status.kind, wanted: .file))
            }
            try Self.requireOurs(status, path)
            if let size = Self.size(inName: file), size != status.size {
                throw FileError(path, .wrongSize(status.size, expected: size))
            }
            guard status.size <= limit ?? .max else {
                throw FileError(path, .tooLarge(limit: Int(clamping: limit ?? .max)))
            }
            sizes["\(name)/\(file)"] = status.size
        }
    }

    private static func requireOurs(_ status: FileStatus, _ path: String) throws(FileError) {
        try Ownership.requireOwn(status, path: path, isSecret: false)
    }

    /// The size in `NUMBER_SESSION_SIZE.EXT`; nil in any other name.
    private static func size(inName name: String) -> UInt64? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let last = parts[0].split(separator: "_").last,
            parts[0].utf8.contains(UInt8(ascii: "_"))
        else { return nil }
        return UInt64(last)
    }
}
