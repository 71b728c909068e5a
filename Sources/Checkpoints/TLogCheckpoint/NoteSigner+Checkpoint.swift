public import Encoding

extension NoteSigner {
    /// Returns the note that a log publishes: the checkpoint with this signer's line.
    public func note(_ checkpoint: Checkpoint) throws(SigningError) -> SignedNote {
        precondition(checkpoint.extensions.isEmpty, "our checkpoints have no extension lines")
        let text = checkpoint.text
        return SignedNote(checkpoint: text, signature: try sign(text))
    }
}
