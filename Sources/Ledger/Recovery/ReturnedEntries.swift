import Checkpoints
import Encoding
import Files
import LedgerStore
import LogReader
import Manifests
import Merkle
import Provenance

/// Entries that come back from outside, each to the index that a signed head gives it.
struct ReturnedEntries {
    /// One of them.
    struct Entry {
        let leaf: [UInt8]
        let manifest: [UInt8]?
    }

    /// The entries are those from where the store ends to here, without a gap.
    let end: UInt64

    /// The heads that they are held to.
    let heads: SignedHeads

    /// Where they come from, for messages.
    let source: String

    /// Reads some of them: at most 256 at a time, in any order, again and again.
    let read: (Range<UInt64>) throws(LedgerError) -> [Entry]
}

extension ReturnedEntries {
    /// Takes them from an export: the folder of a ``StaticLog``.
    ///
    /// What its files hold is not believed here: the caller compares the root.
    init(export path: String, after base: UInt64, _ registry: Registry) throws(LedgerError) {
        let log = try BackupFolder.staticFiles { () throws(StaticLogError) in
            try StaticLog(StaticLogFolder(path: path), keys: registry.noteKeys.terms.map(\.key))
        }
        var heads = SignedHeads()
        _ = try heads.add(
            note: log.note.encoded, registry, from: "\(path)/\(StaticLayout.checkpoint)")
        self.heads = heads
        end = max(base, log.checkpoint.size)
        source = path
        read = { range throws(LedgerError) in
            let bundle = range.lowerBound / UInt64(TileID.width)
            let first = Int(range.lowerBound % UInt64(TileID.width))
            return try BackupFolder.staticFiles { () throws(StaticLogError) in
                let leaves = try log.leaves(bundle)
                let manifests = try log.manifests(bundle)
                return zip(leaves, manifests).dropFirst(first).prefix(range.count)
                    .map { Entry(leaf: $0, manifest: $1) }
            }
        }
    }

    /// Takes them from `.colophon` files: each statement is proven by a receipt in its file.
    init(files paths: [String], after base: UInt64, _ registry: Registry) throws(LedgerError) {
        var heads = SignedHeads()
        var found: [UInt64: Entry] = [:]
        for path in paths {
            let bytes = try BackupFolder.files { () throws(FileError) in
                try InputFile(path).bytes(limit: Limits.fileBytes)
            }
            try Self.add(bytes, path, to: &found, &heads, registry, depth: 0)
        }
        var end = base
        while found[end] != nil { end += 1 }
        self.end = end
        self.heads = heads
        source = "the receipts"
        read = { range throws(LedgerError) in range.compactMap { found[$0] } }
    }

    /// Adds the entry of a file, and those of the `key` statements in it.
    private static func add(
        _ bytes: [UInt8], _ path: String, to found: inout [UInt64: Entry],
        _ heads: inout SignedHeads, _ registry: Registry, depth: Int
    ) throws(LedgerError) {
        let file: TransparentStatement
        do throws(Refusal) {
            file = try TransparentStatement(bytes)
        } catch {
            throw .file(path: path, reason: "is not a statement with its receipts: \(error)")
        }
        let leaf = file.statement.leaf
        let index = try place(of: leaf, file.receipts, path, &heads, registry)
        if let other = found[index], other.leaf != leaf {
            throw .file(path: path, reason: "proves another entry \(index) than an earlier file")
        }
        if found[index]?.manifest == nil {
            found[index] = Entry(leaf: leaf, manifest: file.manifest)
        }
        // A link is a file of its own; links in links are not ours to follow.
        guard depth == 0 else { return }
        for link in file.issuers {
            try add(link, path, to: &found, &heads, registry, depth: 1)
        }
    }

    /// The index that the receipts of this ledger prove; all of them must agree.
    private static func place(
        of leaf: [UInt8], _ receipts: [[UInt8]], _ path: String, _ heads: inout SignedHeads,
        _ registry: Registry
    ) throws(LedgerError) -> UInt64 {
        var place: UInt64?
        for bytes in receipts {
            guard let receipt = try? Receipt(bytes), receipt.origin == registry.origin.text,
                case .inclusion(let proof) = receipt.proof, let note = receipt.note
            else { continue }
            let head = try heads.add(note: note, registry, from: path)
            guard head.size == proof.treeSize, head.root == proof.root(from: .leaf(leaf)) else {
                throw .file(path: path, reason: "its receipt does not prove this statement")
            }
            guard place == nil || place == proof.leafIndex else {
                throw .file(path: path, reason: "its receipts give it two places")
            }
            place = proof.leafIndex
        }
        guard let place else {
            throw .file(path: path, reason: "carries no receipt of this ledger with a checkpoint")
        }
        return place
    }
}
