import Checkpoints
import Encoding
import Files
import Keys
import LedgerStore
import Provenance

/// The ledger's own private keys, each in a PEM file of mode 0600 beside the store.
struct LedgerKeys {
    let note: SigningKey
    let receipt: SigningKey
    let ledger: SigningKey

    static let names = ["note.pem", "receipt.pem", "ledger.pem"]

    /// Makes three new keys, in memory.
    static func generate() -> LedgerKeys {
        LedgerKeys(
            note: KeyFile.generate(.ed25519), receipt: KeyFile.generate(.ed25519),
            ledger: KeyFile.generate(.ed25519))
    }

    private init(note: SigningKey, receipt: SigningKey, ledger: SigningKey) {
        (self.note, self.receipt, self.ledger) = (note, receipt, ledger)
    }

    /// The key files: their names and their bytes.
    var files: [(name: String, bytes: [UInt8])] {
        zip(Self.names, [note, receipt, ledger]).map { ($0, Array(KeyFile.pem(of: $1).utf8)) }
    }

    /// Writes the keys into a folder that has none.
    func write(to folder: Folder) throws(LedgerError) {
        for (name, key) in zip(Self.names, [note, receipt, ledger]) {
            do throws(KeyFileError) {
                try KeyFile.write(key, to: name, in: folder)
            } catch {
                throw LedgerError(error, path: folder.path(of: name))
            }
        }
    }

    /// Opens the folder of the keys, which only its owner may change, and reads them.
    init(in path: String) throws(LedgerError) {
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
        try self.init(in: folder)
    }

    /// Reads the keys; one that others can read or change is refused.
    private init(in folder: Folder) throws(LedgerError) {
        let keys = try Self.names.map { name throws(LedgerError) in
            try Self.key(name, in: folder)
        }
        (note, receipt, ledger) = (keys[0], keys[1], keys[2])
    }

    /// Checks that these are the keys in force; others could only sign what nobody accepts.
    func check(against registry: Registry, path: String) throws(LedgerError) {
        let noteKey = try? NoteSigner(name: registry.origin.text, key: note).verifierKey
        guard noteKey == registry.noteKeys.current else {
            throw .unfit(path: "\(path)/note.pem", reason: "is not the note key in force")
        }
        guard receipt.publicKey == registry.receiptKeys.current else {
            throw .unfit(path: "\(path)/receipt.pem", reason: "is not the receipt key in force")
        }
        guard ledger.publicKey == registry.ledgerKeys.current else {
            throw .unfit(path: "\(path)/ledger.pem", reason: "is not the ledger key in force")
        }
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
        return key
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
