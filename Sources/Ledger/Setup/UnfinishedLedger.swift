import Checkpoints
import Files
import Keys
import LedgerStore
import Merkle

/// What an `init` has made that has not come to its end: nobody knows that ledger, and it is made
/// anew.
///
///     KEYS/unfinished     the paths of the store and of the high-water file, then SHA-256 of each
///                         key file in hex; LF after each
///     DATA/unfinished     the same
///
/// The marks are there before what they are about, and go when all is on the disk and nothing of it
/// was answered yet. A folder that they do not fit is another ledger, put there since, and stays.
enum UnfinishedLedger {
    private static let markName = "unfinished"

    /// Two paths and three digests.
    private static let markByteLimit = 16 << 10

    /// Entries of a ledger that nobody has used.
    private static let newSize: UInt64 = 2

    /// Whether a folder of keys was left by an attempt: its mark is there, and each key is its own.
    static func isMarked(_ keys: Folder) throws(LedgerError) -> Bool {
        try LedgerError.newFiles { () throws(FileError) in
            guard let mark = try keys.read(markName, limit: markByteLimit) else { return false }
            return try holdsOnlyItsOwn(keys, mark)
        }
    }

    /// Removes what an earlier attempt at the same places has left, makes sure that they are free,
    /// and marks them for these keys.
    ///
    /// Makes the folders of the store and of the keys, and returns the latter, locked.
    static func begin(
        _ options: LedgerOptions, _ keys: LedgerKeys
    ) throws(LedgerError) -> Folder {
        try options.places.makeParents()
        return try LedgerError.newFiles { () throws(FileError) in
            let paths = try [options.data, options.highWater]
                .map { path throws(FileError) in try NamedPath.absolute(path) + "\n" }.joined()
            let digests = keys.files.map { "\(Hash.sha256($0.bytes))\n" }.joined()
            // Looked at before anything is made: a refusal changes nothing.
            _ = try leftover(options, paths)
            let place = try Place(options.keys)
            let folder = try place.folder.folder(making: place.name, .secret)
            try folder.lock()
            if try leftover(options, paths) { try removeLeftover(options, folder) }
            try folder.removeContents()
            try folder.setMode(0o700)
            let mark = Array((paths + digests).utf8)
            try folder.write(mark, to: markName, .new(.secret))
            let data = try Place(options.data)
            let store = try data.folder.folder(making: data.name, .secret)
            try store.removeContents()
            try store.setMode(0o700)
            try store.write(mark, to: markName, .new(.secret))
            return folder
        }
    }

    /// Removes the marks: from here on there is a ledger.
    static func end(_ options: LedgerOptions, _ keys: Folder) throws(LedgerError) {
        try LedgerError.newFiles { () throws(FileError) in
            let data = try Folder(options.data)
            for folder in [keys, data] {
                try folder.remove(markName)
                try folder.synchronize()
            }
        }
    }

    // MARK: - What an attempt has left

    /// Whether there is something that an attempt at these places has left; throws where there is
    /// anything else.
    private static func leftover(
        _ options: LedgerOptions, _ paths: String
    ) throws(FileError) -> Bool {
        let keys = try Place(options.keys)
        guard let folder = try folder(at: keys) else { return try requireFree(options) }
        if !(try isEmpty(folder)) { try Ownership.requireOwn(folder: options.keys) }
        guard let mark = try folder.read(markName, limit: markByteLimit),
            mark.starts(with: paths.utf8)
        else {
            let isFree = try requireFree(options)
            guard try isEmpty(folder) else { throw FileError(keys.path, .exists) }
            try Ownership.requireOwn(folder: options.keys)
            return isFree
        }
        guard try holdsOnlyItsOwn(folder, mark) else { throw FileError(keys.path, .exists) }
        let data = try Place(options.data)
        if let store = try Self.folder(at: data), try !isEmpty(store) {
            try Ownership.requireOwn(folder: options.data)
            guard try store.read(markName, limit: markByteLimit) == mark else {
                throw FileError(data.path, .exists)
            }
        }
        let highWater = try Place(options.highWater)
        if try highWater.status != nil {
            guard let head = HighWaterFile.newest(try HighWaterFile.slots(of: highWater)),
                head.size <= newSize
            else { throw FileError(highWater.path, .exists) }
        }
        return true
    }

    /// Removes it; the marks are the last to go, so that a crash in here leaves them to the next.
    private static func removeLeftover(
        _ options: LedgerOptions, _ keys: Folder
    ) throws(FileError) {
        let (data, highWater) = (try Place(options.data), try Place(options.highWater))
        if let store = try folder(at: data) {
            try store.removeContents(but: markName)
            try store.synchronize()
            try store.remove(markName)
        }
        try highWater.folder.remove(highWater.name)
        try keys.removeContents(but: markName)
        try keys.synchronize()
    }

    /// Whether every key in the folder is one of which the mark has the digest.
    private static func holdsOnlyItsOwn(
        _ keys: Folder, _ mark: [UInt8]
    ) throws(FileError) -> Bool {
        let digests = String(decoding: mark, as: UTF8.self).split(separator: "\n").suffix(3)
        for name in try keys.content() where name != markName && !Folder.isTemporary(name) {
            guard LedgerKeys.names.contains(name),
                let bytes = try keys.read(name, limit: KeyFile.byteLimit),
                digests.contains(Substring("\(Hash.sha256(bytes))"))
            else { return false }
        }
        return true
    }

    /// Makes sure that store and high-water file can be made; a folder that is empty, such as a
    /// volume that was mounted for it, will do.
    private static func requireFree(_ options: LedgerOptions) throws(FileError) -> Bool {
        let data = try Place(options.data)
        if let folder = try folder(at: data) {
            guard try isEmpty(folder) else { throw FileError(data.path, .exists) }
            try Ownership.requireOwn(folder: options.data)
        }
        guard try Place(options.highWater).status == nil else {
            throw FileError(options.highWater, .exists)
        }
        return false
    }

    private static func isEmpty(_ folder: Folder) throws(FileError) -> Bool {
        try folder.content().allSatisfy(Folder.isTemporary)
    }

    /// The folder at a place; nil where nothing is.
    private static func folder(at place: Place) throws(FileError) -> Folder? {
        do throws(FileError) {
            return try place.folder.folder(ifThere: place.name)
        } catch {
            switch error.reason {
            case .isKind, .isLink: throw FileError(place.path, .exists)
            default: throw error
            }
        }
    }
}
