import Checkpoints
import Encoding
import Foundation
import Keys
import Provenance

/// The ledger's own private keys, each in a PEM file of mode 0600 beside the store.
struct LedgerKeys {
    let note: SigningKey
    let receipt: SigningKey
    let ledger: SigningKey

    private static let names = ["note", "receipt", "ledger"]

    /// Makes three new keys in the new folder `path`, of mode 0700.
    static func create(in path: String) throws(LedgerError) -> LedgerKeys {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw .exists(path: path)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
        for name in names {
            let file = "\(path)/\(name).pem"
            do throws(KeyFileError) {
                try KeyFile.write(KeyFile.generate(.ed25519), to: file)
            } catch {
                throw .file(path: file, reason: "\(error)")
            }
        }
        return try LedgerKeys(in: path)
    }

    /// Reads the keys; one that others can read is refused.
    init(in path: String) throws(LedgerError) {
        note = try Self.key("note", in: path)
        receipt = try Self.key("receipt", in: path)
        ledger = try Self.key("ledger", in: path)
    }

    /// Checks that these are the keys in force; others could only sign what nobody accepts.
    func check(against registry: Registry, path: String) throws(LedgerError) {
        let noteKey = try? NoteSigner(name: registry.origin.text, key: note).verifierKey
        guard noteKey == registry.noteKeys.current else {
            throw .file(path: "\(path)/note.pem", reason: "is not the note key in force")
        }
        guard receipt.publicKey == registry.receiptKeys.current else {
            throw .file(path: "\(path)/receipt.pem", reason: "is not the receipt key in force")
        }
        guard ledger.publicKey == registry.ledgerKeys.current else {
            throw .file(path: "\(path)/ledger.pem", reason: "is not the ledger key in force")
        }
    }

    private static func key(_ name: String, in path: String) throws(LedgerError) -> SigningKey {
        let file = "\(path)/\(name).pem"
        let key: SigningKey
        let isReadableByOthers: Bool
        do throws(KeyFileError) {
            (key, isReadableByOthers) = try KeyFile.read(privateKeyAt: file)
        } catch {
            throw .file(path: file, reason: "\(error)")
        }
        guard !isReadableByOthers else {
            throw .file(
                path: file, reason: "this private key is readable by others; chmod 600 it")
        }
        return key
    }
}
