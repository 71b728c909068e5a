import Checkpoints
import Encoding
import Files
import Merkle

/// Where proofs of misbehaviour are kept, each a file that `colophon verify-misbehaviour` checks.
struct EvidenceFolder: Sendable {
    let path: String

    /// Keeps a proof, unless there is one about the head that was shown, and returns its path; it
    /// is on the disk then.
    ///
    /// Our own head in it is another one at each start. One of them convicts as well as all.
    func keep(
        _ proof: MisbehaviourProof, about shown: Checkpoint
    ) throws(FileError) -> String {
        let folder = try Folder(making: path, .secret)
        let digest = Hex.encode(Hash.sha256(shown.text).bytes.prefix(8))
        let name = "misbehaviour-\(shown.size)-\(digest)\(MisbehaviourProof.fileSuffix)"
        if try folder.status(of: name) == nil {
            // Two witnesses may show it at once: either file convicts.
            try folder.write(proof.encoded, to: name, .replacing(.secret))
        }
        return folder.path(of: name)
    }
}
