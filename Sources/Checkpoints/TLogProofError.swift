public import Merkle

/// Why bytes are not a proof file (C2SP tlog-proof).
///
/// Every case means the file must be rejected as a whole.
public enum TLogProofError: Error, Hashable, Sendable {
    /// The first line is not that of a proof of version 1.
    case unknownHeader

    /// The extra data is empty, too long or not canonical base64.
    case malformedExtra

    /// No index follows, or it is not a decimal number of one spelling up to 2^63 - 1.
    case malformedIndex

    /// A line of the path is not canonical base64 of 32 bytes.
    case malformedHash

    /// The path has more than 63 hashes.
    case tooManyHashes

    /// No blank line ends the path.
    case noBlankLine

    /// What follows the path is not a signed note.
    case malformedNote(NoteError)

    /// The note's text is not a checkpoint.
    case malformedCheckpoint(CheckpointError)

    /// Index and path do not fit the checkpoint's size.
    case malformedProof(ProofError)

    /// The inclusion proof is for a tree of another size than the checkpoint's.
    case otherTreeSize(UInt64, checkpoint: UInt64)
}
