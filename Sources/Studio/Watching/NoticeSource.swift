package import Encoding
package import Files

/// What happened to a file of a hot folder; the path begins below the folder.
package enum WorkNotice: Hashable, Sendable {
    /// The name is new.
    case created(Text)

    /// Somebody writes to the file.
    case written(Text)

    /// Whoever wrote to it has closed it, or it was moved here.
    case completed(Text)

    /// The name is gone.
    case removed(Text)

    /// All must be looked at: folders have changed, or notices were lost.
    case lookAgain(lost: Bool)
}

/// Whoever tells what happens in folders.
package protocol NoticeSource {
    /// Begins to tell of the files in `folder`, which has the path `path` below the hot folder;
    /// false where it cannot.
    mutating func watch(_ folder: Folder, at path: Text) -> Bool

    /// Returns what has happened since the last call; waits for nothing.
    mutating func read() throws(FileError) -> [WorkNotice]
}

/// Nobody who tells: all is found by looking.
package struct NoNotices: NoticeSource {
    /// Creates one.
    package init() {}

    package func watch(_ folder: Folder, at path: Text) -> Bool { false }

    package func read() -> [WorkNotice] { [] }
}

/// The system's notices, with the paths of the folders that they are about.
package struct SystemNotices: NoticeSource {
    private let notices: FolderNotices
    private var paths: [FolderNotices.Watch: Text] = [:]

    /// Opens the system's queue; an error where there is none to be had.
    package init() throws(FileError) {
        notices = try FolderNotices()
    }

    package mutating func watch(_ folder: Folder, at path: Text) -> Bool {
        do throws(FileError) {
            // A folder that was moved keeps its watch, and gets its new path here.
            paths[try notices.watch(folder)] = path
            return true
        } catch {
            // A user may have so many watches and no more; looking finds the rest.
            return false
        }
    }

    package mutating func read() throws(FileError) -> [WorkNotice] {
        try notices.read().compactMap { notice in
            switch notice {
            case .overflow: return .lookAgain(lost: true)
            case .event(let watch, let event):
                guard let folder = paths[watch] else { return nil }
                let path = { (name: String) in FolderLook.path(of: name, in: folder) }
                switch event {
                case .created(let name): return .created(path(name))
                case .written(let name): return .written(path(name))
                case .completed(let name): return .completed(path(name))
                case .removed(let name): return .removed(path(name))
                case .foldersChanged: return .lookAgain(lost: false)
                case .ended:
                    paths[watch] = nil
                    return .lookAgain(lost: false)
                }
            }
        }
    }
}
