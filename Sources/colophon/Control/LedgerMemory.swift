import Encoding
import Files

/// What one key has signed for: `~/.config/colophon/ledgers/KID`, a line for each ledger.
///
///     ADDRESS ORIGIN GENESIS
///     http://127.0.0.1:8080 ledger.example/prints 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE
///
/// Whoever can change the file can have the key sign for another ledger than its owner means, so
/// it is its owner's, and one that cannot be read is an error, never an empty one.
struct LedgerMemory {
    /// Two hundred ledgers with long names; an administrator has one or two.
    private static let byteLimit = 64 << 10

    /// The file.
    let path: String

    /// What it holds, the newest last; no address twice, one name for each genesis.
    let ledgers: [KnownLedger]

    private let home: String

    /// Reads what `key` has signed for; nil where this process has no home.
    init?(of key: COSEKey, environment: [String: String]) throws(Failure) {
        // A home that depends on where one stands is no place to remember anything.
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        try self.init(of: key, home: home)
    }

    private init(of key: COSEKey, home: String) throws(Failure) {
        self.home = home
        path = Self.folders(home)[2] + "/" + Base64.encodeURL(key.thumbprint)
        ledgers = try Self.read(path, home)
    }

    /// Adds `ledger`, in the place of what was remembered of its address, durably.
    ///
    /// What another command has written meanwhile is read first, and `judge` decides about it.
    func remember(
        _ ledger: KnownLedger, for key: COSEKey, _ judge: (LedgerMemory) throws(Failure) -> Void
    ) throws(Failure) {
        let place = try Self.make(path, in: Self.folders(home))
        let now = try LedgerMemory(of: key, home: home)
        try judge(now)
        guard !now.ledgers.contains(ledger) else { return }
        let all = now.ledgers.filter { $0.address != ledger.address } + [ledger]
        let bytes = all.flatMap { Array("\($0.line)\n".utf8) }
        guard bytes.count <= Self.byteLimit else {
            throw .unwritable(path, "it has too many ledgers", hint: "remove lines of old ones")
        }
        do throws(FileError) {
            try place.folder.write(
                bytes, to: place.name, now.ledgers.isEmpty ? .new(.secret) : .replacing(.secret))
        } catch {
            guard error.reason == .exists else { throw Failure(writing: error) }
            // Of two commands that are the first at once, this is the later: it asks `judge` about
            // what the other has written, as it does about any other file that is there.
            if try !LedgerMemory(of: key, home: home).ledgers.isEmpty {
                return try remember(ledger, for: key, judge)
            }
            throw Failure(
                .tryAgain, path, "was written by another command just now",
                hint: "run the same command again")
        }
    }

    private static func read(_ path: String, _ home: String) throws(Failure) -> [KnownLedger] {
        let folders = [home] + folders(home)
        for folder in folders {
            guard let status = try status(folder) else { continue }
            try check(folder, status, isOwn: folder == folders.last)
        }
        guard let status = try status(path) else { return [] }
        try check(path, status, isOwn: true)
        let bytes = try InputFile.bytes(of: path, limit: byteLimit)
        let malformed = Failure.unreadable(
            path, "is not a list of ledgers: each line is ADDRESS ORIGIN GENESIS",
            hint: "mend it, or remove it and name the ledger with --origin or --trust once")
        guard bytes.last == UInt8(ascii: "\n") else { throw malformed }
        var ledgers: [KnownLedger] = []
        // As bytes: to a Swift string CR LF is one character.
        let lines = bytes.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            guard let text = Text(utf8: line), let ledger = KnownLedger(line: text.string) else {
                throw malformed
            }
            let contradicts = ledgers.contains { other in
                other.address == ledger.address
                    || other.genesis == ledger.genesis && other.origin != ledger.origin
            }
            guard !contradicts else { throw malformed }
            ledgers.append(ledger)
        }
        return ledgers
    }

    /// Returns what is known of `path`; nil where nothing has this name, not where a look fails.
    private static func status(_ path: String) throws(Failure) -> FileStatus? {
        do throws(FileError) {
            if let status = try NamedPath.status(path) { return status }
            guard try NamedPath.isTaken(path) else { return nil }
            throw FileError(path, .isLink)
        } catch {
            throw Failure(reading: error)
        }
    }

    /// What we made is for its owner alone; what lies above may be a group's, or for all with
    /// the sticky bit, as `/tmp` is.
    private static func check(
        _ path: String, _ status: FileStatus, isOwn: Bool
    ) throws(Failure) {
        guard status.isOurs else {
            throw .unreadable(
                path, "is another user's: what this key signed for cannot be taken from there",
                hint: "set HOME to your own")
        }
        let others: UInt32 = isOwn ? 0o022 : status.mode & 0o1000 == 0 ? 0o002 : 0
        guard status.mode & others == 0 else {
            throw .unreadable(
                path, "can be changed by others: what this key signed for cannot be taken from it",
                hint: "look at it, then take that away: chmod go-w")
        }
    }

    /// `~/.config`, `~/.config/colophon` and the folder of all keys.
    private static func folders(_ home: String) -> [String] {
        var root = home
        while root.hasSuffix("/") { root.removeLast() }
        let config = root + "/.config"
        return [config, config + "/colophon", config + "/colophon/ledgers"]
    }

    /// Makes the folders of the file `path`, for their owner alone, durably, where there are none.
    private static func make(
        _ path: String, in folders: [String]
    ) throws(Failure) -> Place {
        do throws(FileError) {
            let place = try Place(making: path, .secret)
            for above in folders { try Place(above).folder.synchronize() }
            return place
        } catch {
            throw Failure(writing: error)
        }
    }
}
