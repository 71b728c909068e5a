/// Why a policy does not accept a note.
///
/// Every case means the checkpoint must not be believed on this policy's word.
public enum PolicyRefusal: Error, Hashable, Sendable {
    /// The note's text is not a checkpoint.
    case malformed(CheckpointError)

    /// No listed log signed; another policy may know the one that did.
    case unknownLog

    /// A listed log signed with a type that this library cannot verify.
    case unsupportedLog(VerifierKey)

    /// A listed log signed a checkpoint of another origin.
    case otherOrigin(VerifierKey)

    /// A line of a listed key does not verify: the note is damaged or forged.
    case badSignature(VerifierKey)

    /// Too few witnesses have cosigned; a fresher note may have more.
    case quorumNotMet
}
