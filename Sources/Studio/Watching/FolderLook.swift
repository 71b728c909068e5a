import Encoding
import Files

/// One look at all that lies in a hot folder and in the folders below it.
struct FolderLook {
    /// Folders that may lie in each other: cameras make two.
    static let depthLimit = 8

    /// Folders that are looked into: each may cost the system a watch.
    static let folderLimit = 4_096

    /// Names that are looked at in all: a memory card has some thousand.
    static let nameLimit = 500_000

    /// The files that have no record beside them, with their status.
    private(set) var works: [(path: Text, status: FileStatus)] = []

    /// What can never be signed, and why.
    private(set) var passed: [(path: Text, reason: SkipReason)] = []

    /// Names that are gone while they were looked at are none.
    init(
        at top: Folder, onFolder: (Folder, Text) -> Void
    ) throws(FileError) {
        var ahead: [(parent: Folder, name: String?, path: Text, depth: Int)] = [(top, nil, "", 1)]
        var (folderCount, left) = (1, Self.nameLimit)
        while let (parent, name, path, depth) = ahead.popLast() {
            let (folder, names): (Folder, [String])
            do throws(FileError) {
                guard let opened = try Self.open(name, in: parent) else { continue }
                folder = opened
                if name != nil, try folder.status(of: FolderWalk.spoolMark) != nil {
                    passed.append((path, .spool))
                    continue
                }
                // Asked first: what comes while the names are read is told.
                onFolder(folder, path)
                names = try folder.names(limit: Self.nameLimit)
            } catch {
                // One folder that is closed to us closes no other.
                guard name != nil, !error.isFailing else { throw error }
                passed.append((path, .unreadable(error)))
                continue
            }
            left -= names.count
            guard left >= 0 else {
                throw FileError(top.path, .tooManyNames(limit: Self.nameLimit))
            }
            for child in try look(at: names, in: folder, path) {
                let childPath = Self.path(of: child, in: path)
                guard depth < Self.depthLimit, folderCount < Self.folderLimit else {
                    passed.append((childPath, .tooDeep(limit: Self.depthLimit)))
                    continue
                }
                folderCount += 1
                ahead.append((folder, child, childPath, depth + 1))
            }
        }
        works.sort { $0.path < $1.path }
    }

    /// Opens a folder that was there a moment ago; nil where it is gone, or is none any more.
    private static func open(_ name: String?, in parent: Folder) throws(FileError) -> Folder? {
        guard let name else { return parent }
        do throws(FileError) {
            return try parent.folder(ifThere: name)
        } catch {
            guard case .isLink = error.reason else { throw error }
            return nil
        }
    }

    /// Looks at the names of one folder, and returns those of the folders in it.
    private mutating func look(
        at names: [String], in folder: Folder, _ folderPath: Text
    ) throws(FileError) -> [String] {
        // As bytes: two files may have names that a Swift string takes for one.
        let known = Set(names.map { Text($0) })
        var folders: [String] = []
        for name in names where !PassedName.contains(name) {
            guard !known.contains(Text(name + RecordFile.suffix)) else { continue }
            let path = Self.path(of: name, in: folderPath)
            guard let status = try folder.status(of: name) else { continue }
            switch status.kind {
            case .folder: folders.append(name)
            case .file where !NativeText.isText(name): passed.append((path, .nameIsNoText))
            case .file: works.append((path, status))
            default: passed.append((path, .kind(status.kind)))
            }
        }
        return folders
    }

    /// The path of a name below the hot folder.
    static func path(of name: String, in folder: Text) -> Text {
        folder.isEmpty ? Text(name) : folder + "/" + Text(name)
    }
}
