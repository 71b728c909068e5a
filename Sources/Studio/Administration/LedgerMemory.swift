package import Encoding
package import Files

/// The ledgers that one key has signed for: `~/.config/colophon/ledgers/KID`, a line for each.
///
///     ADDRESS ORIGIN GENESIS
///     http://127.0.0.1:8080 ledger.example/prints 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE
///
/// An attacker who can change the file can have the key sign for another ledger than its owner
/// means. So it must be its owner's alone, and an unreadable one is an error, never an empty one.
package struct LedgerMemory {
    /// Two hundred ledgers with long names; an administrator has one or two.
    private static let byteLimit = 64 << 10

    /// The file.
    package let path: String

    /// The ledgers, the newest last; no address twice, one name for each genesis.
    package let ledgers: [KnownLedger]

    private let key: COSEKey
    private let home: String

    /// Reads what `key` has signed for; nil where there is no home to read it from.
    package init?(of key: COSEKey, home: String?) throws(LedgerMemoryError) {
        // A home that depends on where one stands is no place to remember anything.
        guard let home, home.hasPrefix("/") else { return nil }
        try self.init(of: key, in: home)
    }

    private init(of key: COSEKey, in home: String) throws(LedgerMemoryError) {
        self.key = key
        self.home = home
        path = Self.folders(home)[2] + "/" + Base64.encodeURL(key.thumbprint)
        ledgers = try Self.read(path, home)
    }

    /// Reads it again: another command may have written meanwhile.
    func latest() throws(LedgerMemoryError) -> LedgerMemory {
        try LedgerMemory(of: key, in: home)
    }

    /// Adds `ledger`, in the place of what was remembered of its address, durably.
    ///
    /// Of two first commands at once, the later is refused as
    /// ``LedgerMemoryError/writtenMeanwhile(_:)``.
    func add(_ ledger: KnownLedger) throws(LedgerMemoryError) {
        guard !ledgers.contains(ledger) else { return }
        let place = try Self.make(path, in: Self.folders(home))
        let all = ledgers.filter { $0.address != ledger.address } + [ledger]
        let bytes = all.flatMap { Array("\($0.line)\n".utf8) }
        guard bytes.count <= Self.byteLimit else { throw .full(path) }
        do throws(FileError) {
            try place.folder.write(
                bytes, to: place.name, ledgers.isEmpty ? .new(.secret) : .replacing(.secret))
        } catch {
            throw error.reason == .exists ? .writtenMeanwhile(path) : .unwritable(error)
        }
    }

    private static func read(_ path: String, _ home: String) throws(LedgerMemoryError)
        -> [KnownLedger]
    {
        let folders = [home] + folders(home)
        for folder in folders {
            guard let status = try status(folder) else { continue }
            try check(folder, status, isOwn: folder == folders.last)
        }
        guard let status = try status(path) else { return [] }
        try check(path, status, isOwn: true)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: byteLimit)
        } catch {
            throw .unreadable(error)
        }
        return try parse(bytes, path)
    }

    private static func parse(
        _ bytes: [UInt8], _ path: String
    ) throws(LedgerMemoryError) -> [KnownLedger] {
        let malformed = LedgerMemoryError.malformed(path)
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

    /// Returns the status of `path`; nil where nothing has this name, not where a look fails.
    private static func status(_ path: String) throws(LedgerMemoryError) -> FileStatus? {
        do throws(FileError) {
            if let status = try NamedPath.status(path) { return status }
            guard try NamedPath.isTaken(path) else { return nil }
            throw FileError(path, .isLink)
        } catch {
            throw .unreadable(error)
        }
    }

    /// What we made is for its owner alone; what lies above may be a group's, or for all with
    /// the sticky bit, as `/tmp` is.
    private static func check(
        _ path: String, _ status: FileStatus, isOwn: Bool
    ) throws(LedgerMemoryError) {
        guard status.isOurs else { throw .ofAnotherUser(path) }
        let others: UInt32 = isOwn ? 0o022 : status.mode & 0o1000 == 0 ? 0o002 : 0
        guard status.mode & others == 0 else { throw .openToOthers(path) }
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
    ) throws(LedgerMemoryError) -> Place {
        do throws(FileError) {
            let place = try Place(making: path, .secret)
            for above in folders { try Place(above).folder.settle() }
            return place
        } catch {
            throw .unwritable(error)
        }
    }
}

/// Why what a key has signed for could not be read or written.
package enum LedgerMemoryError: Error, Hashable {
    /// The system does not give the file out, or one of its folders.
    case unreadable(FileError)

    /// The system does not take the file, or one of its folders.
    case unwritable(FileError)

    /// The file is not a list of ledgers. Mend it; or remove it, and name the ledger once.
    case malformed(String)

    /// The file, or a folder above it, is another user's. Set `HOME` to your own.
    case ofAnotherUser(String)

    /// Others can change the file, or a folder above it. Look at it, then take that away.
    case openToOthers(String)

    /// The file has no room for another ledger. Remove old ones.
    case full(String)

    /// Another command has written the file just now. Run the same command again.
    case writtenMeanwhile(String)

    /// Whether the same command goes well when it is run again.
    package var isPassing: Bool {
        if case .writtenMeanwhile = self { true } else { false }
    }
}
