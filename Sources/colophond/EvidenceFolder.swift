import Checkpoints
import Encoding
import Files
import Merkle

/// Where proofs of misbehaviour are kept, each a file that `colophon verify-misbehaviour` checks.
struct EvidenceFolder: Sendable {
    let path: String

    /// Keeps a proof, unless it is there; it is on the disk when this returns.
    func keep(_ proof: MisbehaviourProof) throws(FileError) {
        let folder = try Folder(making: path, .secret)
        let bytes = proof.encoded
        let digest = Hex.encode(Hash.sha256(bytes).bytes.prefix(4))
        let name = "misbehaviour-\(proof.newer.claim.size)-\(digest).txt"
        guard try folder.status(of: name) == nil else { return }
        try folder.write(bytes, to: name, .new(.secret))
    }
}
