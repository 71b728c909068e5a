import Checkpoints
import Encoding
import Merkle

/// What a note proves about a tree head, by the log keys that are trusted for its origin
/// (log.md §2).
struct HeadNote: CustomStringConvertible {
    /// The note; nil where the bytes are none.
    let signed: SignedCheckpoint?

    /// What it proves, or why nothing.
    let result: Result<VerifiedCheckpoint, CheckpointRefusal>

    /// Reads and verifies `bytes`.
    init(_ bytes: [UInt8], origin: Text, by terms: [KeyHistory<VerifierKey>.Term]) {
        do throws(SignedCheckpointError) {
            let signed = try SignedCheckpoint(parsing: bytes)
            self.signed = signed
            result = Result { () throws(CheckpointRefusal) in
                try signed.open(as: origin, by: terms)
            }
        } catch {
            signed = nil
            result = .failure(.malformed(error))
        }
    }

    private init(_ signed: SignedCheckpoint, _ refusal: CheckpointRefusal) {
        self.signed = signed
        result = .failure(refusal)
    }

    /// What the note says of a tree; nil where it contradicts what is known.
    var checkpoint: Checkpoint? {
        switch result {
        case .success, .failure(.unknownKey): signed?.claim
        case .failure: nil
        }
    }

    /// Holds the note to one tree: another size or root is false, whoever signed.
    func about(size: UInt64, root: Hash) -> HeadNote {
        guard let signed, let checkpoint else { return self }
        guard checkpoint.size == size else {
            return HeadNote(signed, .otherSize(checkpoint.size, expected: size))
        }
        return checkpoint.root == root ? self : HeadNote(signed, .otherRoot)
    }

    var description: String {
        switch result {
        case .success(let head): "is verified at size \(head.checkpoint.size)"
        case .failure(let refusal): "\(refusal)"
        }
    }
}
