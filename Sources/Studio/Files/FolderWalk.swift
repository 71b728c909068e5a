import Encoding
package import Files

/// The files that a person means who names folders: those in them, and in the folders below.
///
/// A name that begins with "." is passed over, and so is a link: it may lead anywhere. A spool that
/// lies in there is passed over too: its records are its own.
package enum FolderWalk {
    /// Folders that may lie in each other.
    private static let depthLimit = 64

    /// The name of a file that a folder has where it is a spool (spool.md §1).
    static let spoolMark = "spool.json"

    /// Names that are looked at in all, below one folder that was named.
    private static let nameLimit = 1_000_000

    /// Returns `paths`, each folder replaced by the records in it.
    ///
    /// With `besideFirst` a path that has a record beside it stays: what it names is not looked at.
    package static func records(
        _ paths: [String], besideFirst: Bool = false
    ) throws(FolderWalkError) -> [String] {
        var found: [String] = []
        var known: Set<Text> = []
        for path in paths {
            var meant = [path]
            let stays = try besideFirst ? hasRecordBeside(path) : false
            if !stays, let all = try files(ifFolder: path) {
                meant = all.filter(RecordFile.isName)
                guard !meant.isEmpty else { throw .empty(path) }
            }
            found += meant.filter { known.insert(Text($0)).inserted }
        }
        return found
    }

    /// Whether something has the name of the record of what is at `path`.
    private static func hasRecordBeside(_ path: String) throws(FolderWalkError) -> Bool {
        guard path.utf8.last != UInt8(ascii: "/") else { return false }
        do throws(FileError) {
            return try NamedPath.isTaken(path + RecordFile.suffix)
        } catch {
            throw .unreadable(error)
        }
    }

    /// Returns `paths`, each folder replaced by the works in it, without those that have a record
    /// already; and how many those are.
    package static func unsignedWorks(
        _ paths: [String]
    ) throws(FolderWalkError) -> (works: [String], signedCount: Int) {
        var (works, signedCount): ([String], Int) = ([], 0)
        for path in paths {
            guard let all = try files(ifFolder: path) else {
                works.append(path)
                continue
            }
            // As bytes: two files may have names that a Swift string takes for one.
            let names = Set(all.map { Text($0) })
            let artifacts = all.filter { !RecordFile.isName($0) }
            guard !artifacts.isEmpty else { throw .noWork(path) }
            for file in artifacts {
                if names.contains(Text(file + RecordFile.suffix)) {
                    signedCount += 1
                } else {
                    works.append(file)
                }
            }
        }
        return (works, signedCount)
    }

    /// All ordinary files below a folder, in the order of their paths; nil for what is no folder.
    private static func files(ifFolder path: String) throws(FolderWalkError) -> [String]? {
        do throws(FileError) {
            guard try NamedPath.status(path)?.kind == .folder else { return nil }
            var path = path
            while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") {
                path = NameEnding.cut(1, off: path)
            }
            return try files(below: Folder(path)).sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
        } catch {
            throw .unreadable(error)
        }
    }

    private static func files(below top: Folder) throws(FileError) -> [String] {
        var files: [String] = []
        // Opened one after the other, for there may be more than a process may have open.
        var ahead: [(parent: Folder, name: String?, depth: Int)] = [(top, nil, 1)]
        var left = nameLimit
        while let (parent, own, depth) = ahead.popLast() {
            let folder = try own.map { name throws(FileError) in try parent.folder(name) } ?? parent
            let names = try folder.names()
            left -= names.count
            guard left >= 0 else { throw FileError(top.path, .tooManyNames(limit: nameLimit)) }
            if own != nil, names.contains(spoolMark) { continue }
            for name in names where name.utf8.first != UInt8(ascii: ".") {
                switch try folder.status(of: name)?.kind {
                case .file?: files.append(folder.path(of: name))
                case .folder?:
                    guard depth < depthLimit else {
                        throw FileError(folder.path(of: name), .tooDeep(limit: depthLimit))
                    }
                    ahead.append((folder, name, depth + 1))
                default: break
                }
            }
        }
        return files
    }
}

/// Why the files in a folder are not known.
package enum FolderWalkError: Error, Hashable {
    /// The system does not tell what is in there.
    case unreadable(FileError)

    /// No record is in there, nor in the folders below.
    case empty(String)

    /// Nothing that a record could be about is in there, nor in the folders below.
    case noWork(String)
}
