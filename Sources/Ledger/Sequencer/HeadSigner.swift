import Checkpoints
import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance

/// Signs tree heads, each after the high-water file remembers it.
///
/// Which of its keys signs a head follows from the head's size and the registry below it.
struct HeadSigner {
    let origin: Origin
    let highWater: HighWaterFile
    private(set) var keys: LedgerKeys
    private var notes: [NoteSigner]

    init(origin: Origin, keys: LedgerKeys, highWater: HighWaterFile) throws(LedgerError) {
        self.origin = origin
        self.keys = keys
        self.highWater = highWater
        notes = try Self.notes(keys, origin)
    }

    /// Returns the shared part of the receipts of `head`, which must be durable already.
    ///
    /// `registry` has applied every control statement below it. A crash before the high-water file
    /// is synced leaves the head unsigned and unseen; after it, start-up finds file and store
    /// agree, and signs the same bytes again.
    func sign(_ head: HeadRow, by registry: Registry) throws(LedgerError) -> HeadReceipt {
        let note = notes.first {
            registry.noteKeys.isInForce($0.verifierKey, forSize: head.size)
        }
        let receipt = keys[.receipt].first {
            registry.receiptKeys.isInForce($0.publicKey, forSize: head.size)
        }
        guard let note else { throw Self.lacking(.note, head) }
        guard let receipt else { throw Self.lacking(.receipt, head) }
        do {
            let checkpoint = try Checkpoint(
                origin: origin.text, size: head.size, root: head.root)
            try highWater.raise(to: checkpoint)
            let signed = try note.note(checkpoint)
            return try HeadReceipt(
                origin: origin.text, root: head.root, time: head.time, note: signed.encoded,
                key: receipt.key)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .cannotSign("the head of size \(head.size) cannot be signed: \(error)")
        }
    }

    // MARK: - Keys that change

    /// The key that signs what only the ledger key may sign.
    func ledgerKey(by registry: Registry) throws(LedgerError) -> SigningKey {
        guard let pair = keys[.ledger].first(where: { registry.isCurrent($0.publicKey, .ledger) })
        else { throw .cannotSign("the ledger key in force is not here") }
        return pair.key
    }

    /// Holds the key that another one will be handed over to.
    mutating func add(_ key: SigningKey, for which: LogKeyManifest.Which) throws(LedgerError) {
        keys.add(key, for: which)
        notes = try Self.notes(keys, origin)
    }

    /// Forgets every key but those in force: once the newest head is signed.
    mutating func keepOnlyKeysInForce(by registry: Registry) throws(LedgerError) {
        keys.keepOnlyKeysInForce(by: registry)
        notes = try Self.notes(keys, origin)
    }

    private static func notes(
        _ keys: LedgerKeys, _ origin: Origin
    ) throws(LedgerError) -> [NoteSigner] {
        do {
            return try keys[.note].map { try NoteSigner(name: origin.text, key: $0.key) }
        } catch {
            throw .cannotSign("the note key cannot sign: \(error)")
        }
    }

    private static func lacking(
        _ which: LogKeyManifest.Which, _ head: HeadRow
    ) -> LedgerError {
        .cannotSign(
            "the \(which.rawValue) key that signs the head of size \(head.size) is not here")
    }
}
