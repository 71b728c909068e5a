import Encoding
import Files
import Foundation
import Synchronization

/// What commands that were killed left of files that never got their names.
///
/// Where every writer holds one lock, all of them may go. Elsewhere one may be in use: so only what
/// is older than this process goes, each folder once.
enum LeftTemporaries {
    /// Seconds by which a file must be older than the first look of this process: no write of ours
    /// takes so long, on slow memory cards either.
    private static let margin: Int64 = 60

    /// Folders that are remembered: whoever works in more of them looks at some again.
    private static let folderLimit = 4_096

    private static let begun = Int64(Date.now.timeIntervalSince1970)
    private static let seen = Mutex<Set<SeenFolder>>([])

    /// A folder, by its name too: a new one may get the number of one that is gone.
    private struct SeenFolder: Hashable {
        let path: Text
        let identity: FileIdentity
    }

    /// Removes those in `folder` that are this user's and older than this process.
    ///
    /// What cannot be looked at or removed stays for the next command: it counts as nothing, and
    /// the work in the folder goes on.
    static func remove(in folder: Folder) {
        let begun = begun
        guard let identity = try? folder.status.identity,
            isNew(SeenFolder(path: Text(folder.path), identity: identity)),
            let names = try? folder.names()
        else { return }
        for name in names where Folder.isTemporary(name) {
            guard let status = try? folder.status(of: name), status.kind == .file, status.isOwn,
                status.modified < begun - margin
            else { continue }
            try? folder.remove(name)
        }
    }

    private static func isNew(_ folder: SeenFolder) -> Bool {
        seen.withLock { seen in
            if seen.count >= folderLimit { seen = [] }
            return seen.insert(folder).inserted
        }
    }
}
