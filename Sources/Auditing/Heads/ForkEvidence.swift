package import Checkpoints
import Encoding
package import Files
import LogReader
import Merkle

/// The file that shows to everybody that a log has signed two heads which contradict each other
/// (misbehaviour.md).
package struct ForkEvidence: Hashable, Sendable {
    /// Both notes, and what shows the contradiction.
    package let proof: MisbehaviourProof

    /// What the proof has shown, by the keys that are known.
    package let conviction: Conviction

    /// Takes a proof that convicts the log by these keys; nil where it does not.
    package init?(_ proof: MisbehaviourProof, by terms: [KeyHistory<VerifierKey>.Term]) {
        guard let conviction = try? proof.convict(by: terms) else { return nil }
        self.proof = proof
        self.conviction = conviction
    }

    /// Makes the proof that the tree of `log` does not extend `known`, which is not larger; nil
    /// where it does extend it.
    init?(
        _ log: LogTree, without known: JudgedHead, by terms: [KeyHistory<VerifierKey>.Term]
    ) async throws(LogError) {
        let root = try await log.root(ofFirst: known.size)
        // Every tree extends the empty one.
        guard known.size > 0, root != known.checkpoint.root else { return nil }
        let path =
            known.size < log.size ? try await log.consistencyProof(from: known.size).path : []
        do throws(MisbehaviourError) {
            let proof = try MisbehaviourProof(
                known.signed, log.signed, consistency: path, prefixRoot: root)
            self.init(proof, by: terms)
        } catch {
            preconditionFailure("two heads of one log and a proof that fits them: \(error)")
        }
    }

    /// A name that says the sizes, and that no other evidence has.
    package var fileName: String {
        let digest = Hex.encode(Hash.sha256(proof.encoded).bytes.prefix(8))
        let sizes = "\(proof.older.claim.size)-\(proof.newer.claim.size)"
        return "fork-\(sizes)-\(digest)\(MisbehaviourProof.fileSuffix)"
    }

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

    /// Writes the file durably, unless it is there; what is there is never written over.
    package func write(in folder: Folder) throws(FileError) {
        do throws(FileError) {
            try folder.write(proof.encoded, to: fileName, .new(.secret))
        } catch {
            guard error.reason == .exists,
                try folder.read(fileName, limit: MisbehaviourProof.maximumByteCount)
                    == proof.encoded
            else { throw error }
        }
    }

    /// Evidence that is read from a folder at the most: one fork is enough, and a log that signs
    /// a new one each minute is known after some.
    static let fileLimit = 1_000

    /// Reads all that a folder holds, in the order of the names, and the names of those that
    /// convict nobody: the keys that are known now may not be those that signed.
    package static func all(
        in folder: Folder, by terms: [KeyHistory<VerifierKey>.Term]
    ) throws(FileError) -> (found: [ForkEvidence], others: [String]) {
        var found: [ForkEvidence] = []
        var others: [String] = []
        let names = try folder.names().filter { $0.hasSuffix(MisbehaviourProof.fileSuffix) }
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
