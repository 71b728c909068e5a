import Checkpoints
import Encoding
import Files
import Merkle

/// Where proofs of misbehaviour are kept, each a file that `colophon verify-misbehaviour` checks.
struct EvidenceFolder: Sendable {
    let path: String

    /// Keeps a proof, unless it is there, and returns its path; it is on the disk then.
    func keep(_ proof: MisbehaviourProof) throws(FileError) -> String {
        let folder = try Folder(making: path, .secret)
        let bytes = proof.encoded
        let digest = Hex.encode(Hash.sha256(bytes).bytes.prefix(4))
        let name = "misbehaviour-\(proof.newer.claim.size)-\(digest)\(MisbehaviourProof.fileSuffix)"
        if try folder.status(of: name) == nil {
            try folder.write(bytes, to: name, .new(.secret))
        }
        return folder.path(of: name)
    }
}
