import Checkpoints
import Provenance

/// The largest files that are read as a whole.
package enum FileLimit {
    /// A record (record.md).
    package static let colophon = 4 << 20

    /// A predicate is part of a manifest, 256 KiB; twice that is read so that the refusal names
    /// the rule broken.
    package static let predicate = 512 << 10

    /// A key in PEM is some hundred bytes; ML-DSA keys are some thousand.
    package static let key = 64 << 10

    /// A file of a trust kit: control statements of 24 KiB each, more than a thousand of them.
    package static let kit = 64 << 20

    /// A receipt, with its note and its cosignatures.
    package static let receipt = 1 << 20

    /// A proof of completeness (index.md §10).
    package static let complete = Limits.completeBytes

    /// A checkpoint with its cosignatures.
    package static let checkpoint = 64 << 10

    /// A proof of misbehaviour: two checkpoints, and hashes.
    package static let misbehaviour = MisbehaviourProof.maximumByteCount

    /// Authorities: the system's own file of all of them has a quarter of this.
    package static let authorities = 1 << 20

    /// A list of files: a hundred thousand paths.
    package static let list = 16 << 20
}
