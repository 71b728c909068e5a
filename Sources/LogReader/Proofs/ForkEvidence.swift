package import Checkpoints
import Encoding
package import Files
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

    /// Makes the proof that the tree of `log` does not extend that of `known`, which is not larger;
    /// nil where it does extend it, or where the keys convict nobody.
    package init?(
        _ log: LogTree, without known: SignedCheckpoint, by terms: [KeyHistory<VerifierKey>.Term]
    ) async throws(LogError) {
        let size = known.claim.size
        let root = try await log.root(ofFirst: size)
        // Every tree extends the empty one.
        guard size > 0, root != known.claim.root else { return nil }
        let path = size < log.size ? try await log.consistencyProof(from: size).path : []
        do throws(MisbehaviourError) {
            let proof = try MisbehaviourProof(
                known, log.signed, consistency: path, prefixRoot: root)
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
}
