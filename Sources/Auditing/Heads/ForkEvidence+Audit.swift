package import Checkpoints
package import Files
package import LogReader

/// What an audit makes of the proof of a fork.
extension ForkEvidence {
    /// What was found.
    package var condition: AuditCondition {
        let (older, newer) = (proof.older.claim, proof.newer.claim)
        let words =
            conviction.isOneSize
            ? "the log has signed two trees of this size, with the roots \(older.root) and "
                + "\(newer.root)"
            : "the log has signed a tree of size \(newer.size) that does not extend this one"
        return AuditCondition(
            .fork, .head(older.size), "\(words); the proof is in \(fileName)",
            about: .fork(file: fileName))
    }

    /// The finding alone.
    package var finding: AuditFinding { condition.finding }

    /// Evidence that is read from a folder at the most: one fork is enough, and a log that signs
    /// a new one each minute is known after some.
    static let fileLimit = 1_000

    /// How the names of files that convict a ledger of a wrong index begin: these are of no fork.
    static let indexPrefix = "index-"

    /// Reads all that a folder holds, in the order of the names, and the names of those that
    /// convict nobody: the keys that are known now may not be those that signed.
    package static func all(
        in folder: Folder, by terms: [KeyHistory<VerifierKey>.Term]
    ) throws(FileError) -> (found: [ForkEvidence], others: [String]) {
        var found: [ForkEvidence] = []
        var others: [String] = []
        let names = try folder.names().filter {
            !$0.hasPrefix(indexPrefix) && $0.hasSuffix(MisbehaviourProof.fileSuffix)
        }
        for name in names.sorted().prefix(fileLimit) {
            let bytes = try folder.read(name, limit: MisbehaviourProof.maximumByteCount) ?? []
            if let proof = try? MisbehaviourProof(parsing: bytes),
                let evidence = ForkEvidence(proof, by: terms)
            {
                found.append(evidence)
            } else {
                others.append(name)
            }
        }
        return (found, others + names.sorted().dropFirst(fileLimit))
    }
}
