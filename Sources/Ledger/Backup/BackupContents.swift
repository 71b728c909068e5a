import Files
import Jobs
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

    /// What is wrong with the files that have another size than their names say.
    private var wrongSizes: [String: FileError] = [:]

    /// Whether a wrong size is kept for ``check(backup:progress:)``, in the place of thrown.
    private let keepsWrongSizes: Bool

    /// Examines every name; throws at the first that is not as it has to be.
    ///
    /// - Parameter keepsWrongSizes: for one who only looks at backups, none of which a file of the
    ///   wrong size hides.
    init(_ folder: Folder, keepingWrongSizes keepsWrongSizes: Bool = false) throws(LedgerError) {
        self.folder = folder
        self.keepsWrongSizes = keepsWrongSizes
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

    /// The numbers of the backups that have a list of files, in order: each was complete once, for
    /// the list is written last.
    var ids: [UInt32] {
        let start = "\(Self.metaName)/"
        return sizes.keys.filter { $0.hasPrefix(start) }.compactMap { path in
            let name = String(path.dropFirst(start.count))
            return UInt32(name).flatMap { $0 > 0 && "\($0)" == name ? $0 : nil }
        }.sorted()
    }

    /// Bytes of the files that backup `id` is made of, each of which must be there.
    func byteCount(ofBackup id: UInt32) throws(LedgerError) -> UInt64 {
        let none: UInt64 = 0
        return try files(ofBackup: id).reduce(none) {
            $0.addingReportingOverflow($1.size).partialValue
        }
    }

    /// A file of a backup, as its list has it.
    private struct ListedFile {
        let name: String
        let size: UInt64

        /// CRC-32C of its bytes; nil where the list has none.
        let checksum: UInt32?
    }

    /// Reads every file of backup `id` and compares it with its checksum.
    func check(backup id: UInt32, progress: JobProgress) throws(LedgerError) {
        let files = try files(ofBackup: id)
        let none: UInt64 = 0
        let total = files.reduce(none) { $0.addingReportingOverflow($1.size).partialValue }
        var done: UInt64 = 0
        for file in files {
            if let error = wrongSizes[file.name] {
                throw .damaged(path: error.path, reason: error.words)
            }
            guard let checksum = file.checksum else {
                throw .damaged(
                    path: folder.path(of: "\(Self.metaName)/\(id)"),
                    reason: "has no checksum of \(file.name)")
            }
            var found = CRC32C()
            let input: InputFile
            do throws(FileError) {
                input = try folder.file(file.name)
            } catch {
                throw LedgerError(error)
            }
            try input.forEachChunk(size: Self.pieceBytes, failing: { LedgerError($0) }) {
                piece throws(LedgerError) in
                found.add(piece.span)
                done += UInt64(piece.count)
                try progress.report("reading backup \(id)", done: min(done, total), of: total)
                return true
            }
            guard found.value == checksum else {
                throw .damaged(
                    path: folder.path(of: file.name),
                    reason: "is not what was backed up: its checksum differs")
            }
        }
    }

    /// Bytes that are read at a time.
    private static let pieceBytes = 1 << 20

    /// Characters of a name that are shown: a list of files may hold anything.
    private static let shownLength = 200

    /// The files that backup `id` is made of, each of which must be there.
    private func files(ofBackup id: UInt32) throws(LedgerError) -> [ListedFile] {
        let name = "\(Self.metaName)/\(id)"
        let meta: [UInt8]?
        do throws(FileError) {
            meta = try folder.read(name, limit: Self.metaByteLimit)
        } catch {
            throw LedgerError(error)
        }
        guard let meta else { throw .damaged(path: folder.path(of: name), reason: "is missing") }
        let lines = meta.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Time and sequence number, an optional comment, then the number of files.
        guard
            let start = lines.indices.dropFirst(2).first(where: { Self.isNumber(lines[$0]) })
        else { throw .damaged(path: folder.path(of: name), reason: "is no list of files") }
        var files: [ListedFile] = []
        for line in lines[(start + 1)...] where !line.isEmpty {
            let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            // A name without a folder would be one that nobody has looked at.
            guard let size = sizes[words[0]] else {
                let shown = words[0].prefix(Self.shownLength)
                throw .damaged(
                    path: folder.path(of: name),
                    reason: "names \(shown), which is not in the folder")
            }
            let checksum = words.count >= 3 && words[1] == "crc32" ? UInt32(words[2]) : nil
            files.append(ListedFile(name: words[0], size: size, checksum: checksum))
        }
        return files
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
                let error = FileError(path, .wrongSize(status.size, expected: size))
                guard keepsWrongSizes else { throw error }
                wrongSizes["\(name)/\(file)"] = error
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
