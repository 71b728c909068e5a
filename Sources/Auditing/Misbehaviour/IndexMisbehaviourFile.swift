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

    /// Findings of which a report names the file: all that get one, for the doubts that are no
    /// doubts about maps are few (``IndexDoubt/limit``).
    static let limit = mapLimit + IndexDoubt.limit

    /// Findings that have a file, from which on a map gets none: each new head of a ledger may have
    /// a wrong map, and some files convict as well as all.
    static let mapLimit = 128

    /// Bytes of the content's digest in a name.
    private static let digestByteCount = 8

    init(_ bytes: [UInt8], about index: UInt64) {
        self.bytes = bytes
        let digest = Hex.encode(Hash.sha256(bytes).bytes.prefix(Self.digestByteCount))
        name = "\(ForkEvidence.indexPrefix)\(index)-\(digest)\(MisbehaviourProof.fileSuffix)"
    }

    /// The files among the names of a folder, by the entry that each is about; of several about one
    /// entry the first in the order of their names.
    static func files(in names: [String]) -> [UInt64: String] {
        var files: [UInt64: String] = [:]
        for name in names {
            guard let index = entry(of: name) else { continue }
            files[index] = files[index].map { min($0, name) } ?? name
        }
        return files
    }

    /// The entry that the name of a file says; nil of every other name.
    private static func entry(of name: String) -> UInt64? {
        guard name.hasPrefix(ForkEvidence.indexPrefix),
            name.hasSuffix(MisbehaviourProof.fileSuffix)
        else { return nil }
        let parts =
            name.dropFirst(ForkEvidence.indexPrefix.count)
            .dropLast(MisbehaviourProof.fileSuffix.count)
            .split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, Hex.decode(String(parts[1]))?.count == digestByteCount else {
            return nil
        }
        return UInt64(decimal: String(parts[0]))
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
