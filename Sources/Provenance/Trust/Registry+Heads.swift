public import Checkpoints
public import Merkle

extension Registry {
    /// Returns the head of a note, once a log key that was in force at its size is found to have
    /// signed it and no line of a key that the log has had is bad (log.md §2).
    ///
    /// `tree` is what else is known of the tree that the note must be about.
    public func open(
        note bytes: [UInt8], about tree: (size: UInt64, root: Hash)? = nil
    ) throws(CheckpointRefusal) -> VerifiedCheckpoint {
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: bytes)
        } catch {
            throw .malformed(error)
        }
        return try signed.open(as: origin.text, by: noteKeys.terms, about: tree)
    }

    /// Says whether the receipt key of this thumbprint signs trees of `size`.
    func isReceiptKey(_ keyID: Hash, forSize size: UInt64) -> Bool {
        receiptKeys.terms.contains { $0.key.keyID == keyID && $0.covers(size) }
    }

    /// The doubt about a head of `size`, whose note key may have been stolen, and its receipt key
    /// where a receipt is signed by that; of two the one whose time is the earlier.
    func doubt(about size: UInt64, withReceipt: Bool) -> KeyDoubt? {
        let doubts = [
            noteKeys.doubt(about: size), withReceipt ? receiptKeys.doubt(about: size) : nil,
        ]
        return doubts.compactMap { $0 }.min { $0.until < $1.until }
    }
}
