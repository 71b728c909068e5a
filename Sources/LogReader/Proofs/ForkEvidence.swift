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

    /// The name of the file that ``writeKeys(in:)`` writes.
    package var keysName: String {
        "\(fileName.dropLast(MisbehaviourProof.fileSuffix.count)).policy"
    }

    /// The keys of the log that have signed the two heads, as a policy file (C2SP tlog-policy).
    package var keys: [UInt8] {
        var keys: [VerifierKey] = []
        for key in conviction.older.signers + conviction.newer.signers where !keys.contains(key) {
            keys.append(key)
        }
        return Array((keys.map { "log \($0)\n" }.joined() + "quorum none\n").utf8)
    }

    /// Writes the file durably, unless it is there; what is there is never written over.
    package func write(in folder: Folder) throws(FileError) {
        try Self.keep(proof.encoded, as: fileName, in: folder)
    }

    /// Writes the keys beside it in the same way, for those whose own are older.
    package func writeKeys(in folder: Folder) throws(FileError) {
        try Self.keep(keys, as: keysName, in: folder)
    }

    private static func keep(
        _ bytes: [UInt8], as name: String, in folder: Folder
    ) throws(FileError) {
        do throws(FileError) {
            try folder.write(bytes, to: name, .new(.secret))
        } catch {
            guard error.reason == .exists,
                try folder.read(name, limit: MisbehaviourProof.maximumByteCount) == bytes
            else { throw error }
        }
    }
}
