import Files
import Provenance

/// Files of one kind in a folder, of which there are so many at most.
///
/// A command keeps in them what others can make anew at each look. What shows the same is kept
/// once, what is there is never written over, and nothing is added to a folder that is full.
struct KeptFiles {
    /// Files of one kind in one folder at most, whoever has written them.
    static let limit = 16

    /// How the name of each file of the kind begins.
    let prefix: String

    /// How it ends.
    let suffix: String

    /// The most bytes that a file of the kind has.
    var byteLimit = Limits.fileBytes

    /// What became of a file.
    enum Outcome {
        /// It is on the disk under this name, or one that shows the same has been there.
        case kept(String)

        /// There are ``limit`` files of this kind; none was written.
        case full

        /// Each of the names has something else; the error says what the last one has.
        case taken(FileError)
    }

    /// How long whoever has locked a folder waits for another one: two writes to a slow disk.
    private static let secondWait = Duration.seconds(2)

    /// What has a name.
    private enum Occupant {
        case nothing, theSame
        case other(FileError)
    }

    /// Keeps a file under the first of `names` that is free, unless one that shows the same has one
    /// of those before it.
    ///
    /// Until this returns, nobody else counts the files of the folder and adds one. A crash in here
    /// leaves what `write` leaves.
    ///
    /// - Parameters:
    ///   - names: of this kind, at least one.
    ///   - hold: the folder that the caller has locked already, if any. A second one is waited for
    ///     ``secondWait`` at most: two that wait for each other both go on.
    ///   - lockLimit: how long another who counts the files is waited for.
    ///   - isSame: whether a file with these bytes shows the same as `bytes`.
    ///   - write: writes a file of this name, which must be free, durably.
    func keep(
        _ bytes: [UInt8], as names: [String], in folder: Folder, under hold: RecordHold? = nil,
        within lockLimit: Duration, isSame: ([UInt8]) -> Bool,
        _ write: (String) throws(FileError) -> Void
    ) throws(FileError) -> Outcome {
        // A folder that is locked by its holder would be waited for in vain.
        if try hold?.covers(folder) != true {
            try folder.lock(within: hold == nil ? lockLimit : min(lockLimit, Self.secondWait))
        }
        // Closing the folder gives the lock back too.
        defer { try? folder.unlock() }
        var last = FileError(folder.path, .exists)
        for name in names {
            switch try occupant(of: name, in: folder, bytes, isSame) {
            case .theSame: return .kept(name)
            case .other(let error):
                last = error
                continue
            case .nothing: break
            }
            guard try folder.names().count(where: isOfItsKind) < Self.limit else { return .full }
            do throws(FileError) {
                try write(name)
                return .kept(name)
            } catch {
                // Where the file system knows no locks, another command was faster.
                guard error.reason == .exists else { throw error }
                switch try occupant(of: name, in: folder, bytes, isSame) {
                case .theSame: return .kept(name)
                case .other(let error): last = error
                case .nothing: throw error
                }
            }
        }
        return .taken(last)
    }

    /// The names that a file with this mark may have: the mark alone, or `-2` and more behind it.
    func names(for mark: String) -> [String] {
        (1...Self.limit).map { "\(prefix)\(mark)\($0 == 1 ? "" : "-\($0)")\(suffix)" }
    }

    private func isOfItsKind(_ name: String) -> Bool {
        name.utf8.starts(with: prefix.utf8)
            && name.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// What cannot be read shows nothing, and its name is taken.
    private func occupant(
        of name: String, in folder: Folder, _ bytes: [UInt8], _ isSame: ([UInt8]) -> Bool
    ) throws(FileError) -> Occupant {
        guard try folder.status(of: name) != nil else { return .nothing }
        do throws(FileError) {
            guard let there = try folder.read(name, limit: byteLimit) else {
                return .nothing
            }
            return there == bytes || isSame(there)
                ? .theSame : .other(FileError(folder.path(of: name), .exists))
        } catch {
            return .other(error)
        }
    }
}
