import Checkpoints
import Encoding
import LedgerStore
import Merkle
import Provenance

/// Signs tree heads, each after the high-water file remembers it.
struct HeadSigner {
    let origin: Origin
    let keys: LedgerKeys
    let note: NoteSigner
    let highWater: HighWaterFile

    init(origin: Origin, keys: LedgerKeys, highWater: HighWaterFile) throws(LedgerError) {
        self.origin = origin
        self.keys = keys
        self.highWater = highWater
        do {
            note = try NoteSigner(name: origin.text, key: keys.note)
        } catch {
            throw .cannotSign("the note key cannot sign: \(error)")
        }
    }

    /// Returns the shared part of the receipts of `head`, which must be durable already.
    ///
    /// A crash before the high-water file is synced leaves the head unsigned and unseen; after
    /// it, start-up finds file and store agree, and signs the same bytes again.
    func sign(_ head: HeadRow) throws(LedgerError) -> HeadReceipt {
        do {
            let checkpoint = try Checkpoint(
                origin: origin.text, size: head.size, root: head.root)
            try highWater.raise(to: checkpoint)
            let signed = try note.note(checkpoint)
            return try HeadReceipt(
                origin: origin.text, root: head.root, time: head.time, note: signed.encoded,
                key: keys.receipt)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .cannotSign("the head of size \(head.size) cannot be signed: \(error)")
        }
    }
}
