internal import Checkpoints
internal import Encoding
package import Files
internal import Merkle
internal import Synchronization

/// The proofs of misbehaviour that a witness has come by, in files (misbehaviour.md §1).
///
/// A log that signs one tree after the other fills no disk: of each log the first few are kept,
/// which convict it as well as all.
package final class MisbehaviourFolder: Sendable {
    /// The folder's name in the witness's folder.
    package static let name = "misbehaviour"

    /// Files of one log at most; each has some hundred bytes, and 20 KiB at most.
    static let fileLimit = 8

    /// Digits of the SHA-256 of an origin that tell logs apart in names of files.
    private static let digits = 16

    private let witness: Folder
    private let names: Mutex<Set<String>>

    /// Looks for the proofs that are in a witness's folder already.
    package init(in witness: Folder) throws(FileError) {
        self.witness = witness
        names = Mutex(Set(try witness.folder(ifThere: Self.name)?.names() ?? []))
    }

    /// Number of files.
    package var count: Int { names.withLock { $0.count } }

    /// Writes a proof; returns its path, or nil where there is enough of this log.
    func keep(_ proof: MisbehaviourProof) throws(FileError) -> String? {
        let origin = Hex.encode(Hash.sha256(proof.newer.claim.origin.utf8).bytes)
        let start = "misbehaviour-\(origin.prefix(Self.digits))-"
        let name = "\(start)\(proof.newer.claim.size)\(MisbehaviourProof.fileSuffix)"
        return try names.withLock { names throws(FileError) in
            guard !names.contains(name),
                names.count(where: { $0.hasPrefix(start) }) < Self.fileLimit
            else { return nil }
            let folder = try witness.folder(making: Self.name, .secret)
            try folder.write(proof.encoded, to: name, .replacing(.secret))
            try witness.synchronize()
            names.insert(name)
            return folder.path(of: name)
        }
    }
}
