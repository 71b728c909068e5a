import Checkpoints
import Encoding
import Files
import LogReader
import Merkle

/// A file that convicts a ledger of a wrong index, in the folder of an audit's state.
struct IndexMisbehaviourFile: Sendable {
    /// The bytes: a record that carries a proof (misbehaviour.md §6).
    let bytes: [UInt8]

    /// A name that says the entry of the finding, and that no other content has.
    let name: String

    init(_ bytes: [UInt8], about index: UInt64) {
        self.bytes = bytes
        let digest = Hex.encode(Hash.sha256(bytes).bytes.prefix(8))
        name = Self.prefix(of: index) + digest + MisbehaviourProof.fileSuffix
    }

    /// How the names of files about the finding at `index` begin.
    private static func prefix(of index: UInt64) -> String {
        "\(ForkEvidence.indexPrefix)\(index)-"
    }

    /// The file about the finding at `index` among the names of a folder; nil where there is none.
    static func name(about index: UInt64, in names: [String]) -> String? {
        names.filter {
            $0.hasPrefix(prefix(of: index)) && $0.hasSuffix(MisbehaviourProof.fileSuffix)
        }.min()
    }

    /// Writes the file durably, unless it is there; what is there is never written over.
    func write(in folder: Folder) throws(FileError) {
        do throws(FileError) {
            try folder.write(bytes, to: name, .new(.secret))
        } catch {
            guard error.reason == .exists else { throw error }
        }
    }
}
