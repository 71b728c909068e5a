package import Checkpoints
package import Encoding

/// Why a witness does not cosign (C2SP tlog-witness, "add-checkpoint").
package enum WitnessRefusal: Error, Hashable, Sendable {
    /// The request cannot be read: 400.
    case malformed(AddCheckpointError)

    /// The checkpoint's text has more bytes than a witness keeps: 400.
    case textTooLong(Int, limit: Int)

    /// The old size is above the checkpoint's: 400.
    case oldSizeAbove(UInt64, size: UInt64)

    /// No log of this origin is known: 404.
    case unknownLog(Text)

    /// No key that is known for the log has signed the checkpoint: 403.
    case notSigned

    /// The line of a key that is known for the log does not verify: 403.
    case badSignature(VerifierKey)

    /// The old size is not that of the head that was cosigned last, which is `latest`: 409.
    case stale(latest: UInt64)

    /// What is claimed is not one tree that grows: 422.
    case inconsistent(Inconsistency)

    /// More is asked about this log than its rate allows: 429.
    case overRate

    /// Too many requests wait: 503.
    case busy

    /// What was cosigned cannot be kept: 503.
    case storage(String)

    /// The ways in which two trees are not one that grows.
    package enum Inconsistency: Hashable, Sendable {
        /// The tree of no leaves has another root than it can have.
        case emptyRoot

        /// The proof from size 0, or from a size to itself, has hashes.
        case needlessProof

        /// The proof does not lead from the older root to the newer one.
        case badProof

        /// A checkpoint of this size with another root was cosigned.
        case otherRoot
    }
}
