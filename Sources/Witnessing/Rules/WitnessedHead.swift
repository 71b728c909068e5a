package import Checkpoints
internal import Encoding
internal import Merkle

/// The checkpoint of a log that a witness has cosigned last, and when.
package struct WitnessedHead: Hashable, Sendable {
    /// The checkpoint, with the lines of the log's own keys and no others.
    package let signed: SignedCheckpoint

    /// When it was cosigned, POSIX seconds by the witness's clock: never 0, and never lower than
    /// for the head before.
    package let time: UInt64

    package init(signed: SignedCheckpoint, time: UInt64) {
        self.signed = signed
        self.time = time
    }

    /// Number of leaves.
    package var size: UInt64 { signed.claim.size }
}
