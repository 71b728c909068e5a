import Files

/// The folder in which a command keeps what it has found an index to leave out (misbehaviour.md
/// §6).
///
/// A ledger that leaves out one entry after the other, or makes one index head after the other,
/// fills no disk by that, however often it is asked.
package struct OmissionFolder: Hashable, Sendable {
    /// Files about omissions in one folder at most, of either kind: one that convicts does so as
    /// well as all, and has at most 4 MiB (``Limits/fileBytes``).
    package static let fileLimit = KeptFiles.limit

    /// What became of a file.
    package enum Outcome: Hashable, Sendable {
        /// It is on the disk at this path, or one that shows the same has been there.
        case kept(String)

        /// There are ``fileLimit`` files of this kind about omissions; none was written.
        case full
    }

    /// The folder, as it was named.
    package let path: String

    private let isMade: Bool

    private let lockLimit: Duration

    /// Names a folder.
    ///
    /// - Parameters:
    ///   - isMade: whether it is made where it is missing, for its user alone.
    ///   - lockLimit: how long another who counts its files is waited for.
    package init(
        _ path: String, making isMade: Bool = false,
        lockLimit: Duration = FileLock.longestWait
    ) {
        self.path = path
        self.isMade = isMade
        self.lockLimit = lockLimit
    }

    /// Writes a file durably, unless one that shows the same is there; what is there is never
    /// written over.
    ///
    /// Nobody else may write to the folder, or put another one in its place: who could would keep
    /// files out of it by their number, or by their names.
    func keep(_ file: OmissionFile) throws(FileError) -> Outcome {
        if isMade {
            try Ownership.requireOwnParents(of: path)
            _ = try Folder(making: path, .secret)
        }
        try Ownership.requireOwn(folder: path)
        let folder = try Folder(path)
        // Another who counts the files is done soon, and the ledger may show this only once.
        let outcome = try file.kind.keep(
            file.bytes, as: [file.name], in: folder, within: lockLimit, isSame: file.isSame
        ) { name throws(FileError) in
            try folder.write(file.bytes, to: name, .new(.secret))
        }
        switch outcome {
        case .kept(let name): return .kept(folder.path(of: name))
        case .full: return .full
        case .taken(let error): throw error
        }
    }
}
