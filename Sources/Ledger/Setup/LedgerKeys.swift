import Checkpoints
import Encoding
import Files
import Keys
import LedgerStore
import Manifests
import Provenance

/// The ledger's own private keys, each in a PEM file of mode 0600 beside the store.
///
///     KEYS/note.pem  receipt.pem  ledger.pem                  the keys in force
///     KEYS/note.next.pem  receipt.next.pem  ledger.next.pem   keys that they are handed over to
///
/// Which key a file holds is known by its public key alone, compared with the registry: a crash may
/// come between the entry of a handover and the new name of its key. See ``settle(by:in:)``.
struct LedgerKeys: Sendable {
    /// A private key with its public half, which is asked for at each head.
    struct Pair: Sendable {
        let key: SigningKey
        let publicKey: COSEKey

        init(_ key: SigningKey) {
            self.key = key
            publicKey = key.publicKey
        }
    }

    /// What is held for one purpose, the key of the first file name before that of the second.
    private var pairs: [LogKeyManifest.Which: [Pair]]

    static let names = LogKeyManifest.Which.allCases.map(name)

    /// The file of the key in force.
    static func name(of which: LogKeyManifest.Which) -> String { "\(which.rawValue).pem" }

    /// The file of the key that comes next.
    static func nextName(of which: LogKeyManifest.Which) -> String { "\(which.rawValue).next.pem" }

    /// Makes three new keys, in memory.
    static func generate() -> LedgerKeys {
        LedgerKeys(
            pairs: Dictionary(
                uniqueKeysWithValues: LogKeyManifest.Which.allCases.map {
                    ($0, [Pair(KeyFile.generate(.ed25519))])
                }))
    }

    private init(pairs: [LogKeyManifest.Which: [Pair]]) {
        self.pairs = pairs
    }

    /// What is held for a purpose: one key, or the one in force and another.
    subscript(which: LogKeyManifest.Which) -> [Pair] { pairs[which] ?? [] }

    /// The keys of a ledger that is new, which has no others.
    func first(_ which: LogKeyManifest.Which) -> SigningKey {
        guard let pair = self[which].first else {
            preconditionFailure("a key for each purpose is made or read")
        }
        return pair.key
    }

    /// Holds one more key.
    mutating func add(_ key: SigningKey, for which: LogKeyManifest.Which) {
        let pair = Pair(key)
        guard !self[which].contains(where: { $0.publicKey == pair.publicKey }) else { return }
        pairs[which, default: []].append(pair)
    }

    /// Forgets every key but those in force.
    mutating func keepOnlyKeysInForce(by registry: Registry) {
        for which in LogKeyManifest.Which.allCases {
            pairs[which] = self[which].filter { registry.isCurrent($0.publicKey, which) }
        }
    }

    // MARK: - Files

    /// The key files: their names and their bytes.
    var files: [(name: String, bytes: [UInt8])] {
        LogKeyManifest.Which.allCases.map {
            (Self.name(of: $0), Array(KeyFile.pem(of: first($0)).utf8))
        }
    }

    /// Writes the keys into a folder that has none.
    func write(to folder: Folder) throws(LedgerError) {
        for which in LogKeyManifest.Which.allCases {
            try Self.write(first(which), Self.name(of: which), in: folder)
        }
    }

    static func write(
        _ key: SigningKey, _ name: String, in folder: Folder
    ) throws(LedgerError) {
        do throws(KeyFileError) {
            try KeyFile.write(key, to: name, in: folder)
        } catch {
            throw LedgerError(error, path: folder.path(of: name))
        }
    }

    /// Opens the folder of the keys, which only its owner may change.
    static func folder(_ path: String) throws(LedgerError) -> Folder {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
            try Ownership.requireOwn(folder: path)
        } catch {
            throw LedgerError(error)
        }
        guard try !UnfinishedLedger.isMarked(folder) else {
            throw .unfit(
                path: path, reason: "colophond init did not come to its end here; run it again")
        }
        return folder
    }

    /// Reads the keys; one that others can read or change is refused.
    init(in folder: Folder) throws(LedgerError) {
        pairs = [:]
        for which in LogKeyManifest.Which.allCases {
            let next = try Self.ifThere(Self.nextName(of: which), in: folder)
            // Where only the second file is there, the first has lost its key already.
            let key =
                next == nil
                ? try Self.key(Self.name(of: which), in: folder)
                : try Self.ifThere(Self.name(of: which), in: folder)
            pairs[which] = [key, next].compactMap { $0.map { Pair($0) } }
        }
    }

    /// Reads the keys by which the folder is opened: those in force must be among them, unless the
    /// folder is an old copy, which signs nothing and may be older than a handover.
    static func opened(
        in folder: Folder, by registry: Registry, isOldCopy: Bool, path: String
    ) throws(LedgerError) -> LedgerKeys {
        let keys = try LedgerKeys(in: folder)
        if !isOldCopy { try keys.check(against: registry, path: path) }
        return keys
    }

    /// Checks that the keys in force are among these; others could only sign what nobody accepts.
    private func check(against registry: Registry, path: String) throws(LedgerError) {
        for which in LogKeyManifest.Which.allCases
        where !self[which].contains(where: { registry.isCurrent($0.publicKey, which) }) {
            let name = Self.name(of: which)
            let isPast = self[which].contains { registry.wasInForce($0.publicKey, which) }
            let words =
                isPast
                ? "is a \(which.rawValue) key that was handed over: put back the key that the "
                    + "ledger has had since, \(registry.currentName(which))"
                : "is not the \(which.rawValue) key in force"
            throw .unfit(path: "\(path)/\(name)", reason: words)
        }
    }

    /// Reads a key that may not be there.
    static func ifThere(_ name: String, in folder: Folder) throws(LedgerError) -> SigningKey? {
        let isThere = try LedgerError.files { () throws(FileError) in
            try folder.status(of: name) != nil
        }
        return isThere ? try key(name, in: folder) : nil
    }

    private static func key(_ name: String, in folder: Folder) throws(LedgerError) -> SigningKey {
        let path = folder.path(of: name)
        let key: SigningKey
        let danger: FileError?
        do throws(KeyFileError) {
            (key, danger) = try KeyFile.read(privateKey: name, in: folder)
        } catch {
            throw LedgerError(error, path: path)
        }
        if let danger {
            throw .notOurs(path: path, reason: "this private key \(danger.reasonToAct)")
        }
        guard [Self.name(of: .note), nextName(of: .note)].contains(name) else { return key }
        guard case .ed25519 = key.publicKey.material else {
            throw .unfit(
                path: path, reason: "is no Ed25519 key, and only such a one signs checkpoints")
        }
        return key
    }

    /// Removes what a kill left of a key file that was written, for it has a private key in it.
    ///
    /// Nothing else reads it: a key signs only once it has its name. Only where no other thread
    /// writes a key file meanwhile.
    static func removeTemporaries(in folder: Folder) throws(LedgerError) {
        try LedgerError.files { () throws(FileError) in
            var isChanged = false
            for name in try folder.names() where Folder.isTemporary(name) {
                // What we write is a file; anything else is somebody's.
                guard try folder.status(of: name)?.kind == .file else { continue }
                try folder.remove(name)
                isChanged = true
            }
            if isChanged { try folder.synchronize() }
        }
    }

    /// Gives each new key that is in force the name of such a key, in whose place it is at once:
    /// so the old private key is gone.
    ///
    /// Only once the new key has signed a head. A crash in here leaves both names, or one: the next
    /// call comes to the same end.
    static func settle(by registry: Registry, in folder: Folder) throws(LedgerError) {
        for which in LogKeyManifest.Which.allCases {
            guard let next = try ifThere(nextName(of: which), in: folder),
                registry.isCurrent(next.publicKey, which)
            else { continue }
            try LedgerError.files { () throws(FileError) in
                try folder.rename(nextName(of: which), to: name(of: which), in: folder)
                try folder.synchronize()
            }
        }
    }
}

extension Registry {
    /// Whether this is the key that signs now.
    func isCurrent(_ key: COSEKey, _ which: LogKeyManifest.Which) -> Bool {
        switch which {
        case .note: Self.isNoteKey(noteKeys.current, of: key)
        case .receipt: receiptKeys.current == key
        case .ledger: ledgerKeys.current == key
        }
    }

    /// Whether this key signs now, or has signed.
    func wasInForce(_ key: COSEKey, _ which: LogKeyManifest.Which) -> Bool {
        switch which {
        case .note: noteKeys.terms.contains { Self.isNoteKey($0.key, of: key) }
        case .receipt: receiptKeys.terms.contains { $0.key == key }
        case .ledger: ledgerKeys.terms.contains { $0.key == key }
        }
    }

    /// The key that signs now, as a `log-key` statement names it.
    func currentName(_ which: LogKeyManifest.Which) -> Text {
        switch which {
        case .note: Text("\(noteKeys.current)")
        case .receipt: Text(receiptKeys.current.string)
        case .ledger: Text(ledgerKeys.current.string)
        }
    }

    private static func isNoteKey(_ noteKey: VerifierKey, of key: COSEKey) -> Bool {
        guard case .ed25519(let bytes) = key.material else { return false }
        return noteKey.publicKey == bytes
    }
}

extension LedgerError {
    /// Passes on why a key file cannot be used.
    fileprivate init(_ error: KeyFileError, path: String) {
        self =
            switch error {
            case .unreadable(let reason), .unwritable(let reason):
                LedgerError(FileError(path, reason.reason), saying: "\(error)")
            default: .unfit(path: path, reason: "\(error)")
            }
    }
}
