import Checkpoints
package import Encoding
package import LogReader

/// A fork that an audit has found.
package struct KnownFork: Hashable, Sendable {
    /// Size of the smaller of the two heads.
    package let size: UInt64

    /// The name of the proof that was kept.
    package let file: Text

    /// What is found where the proof is no longer what it was: no file is named that judges it.
    package var conditionWithoutProof: AuditCondition {
        AuditCondition(
            .fork, .head(size),
            "the log has signed two trees, as an earlier run found; its proof, \(file), is gone or "
                + "altered")
    }
}

extension ForkEvidence {
    /// What a state remembers of it.
    package var known: KnownFork {
        KnownFork(size: proof.older.claim.size, file: Text(fileName))
    }
}
