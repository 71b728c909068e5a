package import Checkpoints
package import Merkle

/// The log whose heads others shall see: what anchoring asks of it, and gives to it.
///
/// All calls may come from any task, and take no longer than a few reads of a disk.
package protocol WitnessedLog: Sendable {
    /// The log's name.
    var origin: Origin { get }

    /// Number of entries that the log has durably, below a signed head or not: a crash may have
    /// come between. No witness of this log can remember more.
    var treeSize: UInt64 { get }

    /// The newest head that the log has signed, with the cosignatures that it has; it is durable.
    func newestSignedHead() throws -> SignedCheckpoint

    /// When the log signed its head of `size`, by its own clock in POSIX seconds; nil where it does
    /// not say.
    func time(ofHeadOf size: UInt64) throws -> UInt64?

    /// Returns once a head is signed that is larger than `size`, or the task is cancelled.
    func signedHead(above size: UInt64) async throws

    /// The consistency proof between two sizes, neither above the newest head's (RFC 9162
    /// §2.1.4.1).
    func consistency(from oldSize: UInt64, to newSize: UInt64) throws -> [Hash]

    /// The root of the log's tree of `size`, which is not above ``treeSize``.
    func root(ofSize size: UInt64) throws -> Hash

    /// Says whether a key of the log has signed a checkpoint that someone shows, for its size.
    func hasSigned(_ checkpoint: SignedCheckpoint) -> Bool

    /// Adds cosignatures to the head of a size, on the disk and in what everyone reads; each line
    /// is by one of `cosigners` and verifies.
    func add(
        _ cosignatures: [NoteSignature], of cosigners: [VerifierKey], toHeadOf size: UInt64
    ) throws
}
