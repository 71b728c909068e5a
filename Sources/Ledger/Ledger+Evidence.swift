package import Checkpoints

extension Ledger {
    /// Adds cosignatures that arrived after a head was published: everyone who asks for it from
    /// then on, and each receipt that is made of it, gets the note with them.
    ///
    /// Each line must be by one of `cosigners`, whose signatures are checked; see
    /// ``SignedCheckpoint/adding(_:of:)`` for what stays of two lines of one key.
    package func add(
        _ cosignatures: [NoteSignature], of cosigners: [VerifierKey], toHeadOf size: UInt64
    ) throws(EvidenceError) {
        try published.add(cosignatures, of: cosigners, toHeadOf: size)
    }
}
