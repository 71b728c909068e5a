import Checkpoints
import Encoding
public import LedgerStore
import Manifests
import Merkle
public import Provenance

extension Ledger {
    /// Most entries in one answer of a list.
    public static let listLimit = 1000

    /// The receipt of an entry, in the tree of the served head, or in that of the newest one where
    /// the served one does not cover it; nil where no head does that anyone may see.
    public func receipt(_ id: EntryID) throws(LedgerError) -> [UInt8]? {
        try issuedReceipt(id)?.bytes
    }

    /// The receipt of an entry, with what tells it from an older one.
    public func issuedReceipt(_ id: EntryID) throws(LedgerError) -> IssuedReceipt? {
        guard let index = try published.store.index(of: id.hash) else { return nil }
        return try issuedReceipt(at: index)
    }

    /// The receipt of the entry at `index`; nil where no head covers it that anyone may see.
    func receipt(at index: UInt64) throws(LedgerError) -> [UInt8]? {
        try issuedReceipt(at: index)?.bytes
    }

    private func issuedReceipt(at index: UInt64) throws(LedgerError) -> IssuedReceipt? {
        guard let tree = published.tree(covering: index), let receipt = tree.head.receipt else {
            return nil
        }
        return IssuedReceipt(
            bytes: receipt.receipt(try tree.inclusion(of: index)), size: tree.head.size,
            noteByteCount: receipt.note.count)
    }

    /// Whether an entry is in the log, durably, and no head covers it yet that anyone may see.
    public func isUnpublished(_ id: EntryID) throws(LedgerError) -> Bool {
        let size = published.readable.size
        guard holdsBack, let index = try published.store.index(of: id.hash) else {
            return false
        }
        return index >= size && index < published.head.size
    }

    /// The leaf of an entry: its statement's exact bytes.
    public func statement(_ id: EntryID) throws(LedgerError) -> [UInt8]? {
        guard let index = try coveredIndex(id) else { return nil }
        let leaf = try published.store.leaf(index)
        guard EntryID(ofLeaf: leaf) == id else { throw Self.damaged(index) }
        return leaf
    }

    /// Stored bytes that differ from the logged ones are never served under their name: a bit that
    /// flipped before RocksDB's checksum was made looks right to RocksDB.
    static func damaged(_ index: UInt64) -> LedgerError {
        .corrupt("entry \(index) is not what was logged; run colophond fsck")
    }

    /// Everything known about an entry in one file.
    ///
    /// Of an index head that is the head with its newest receipt. Of another entry: statement,
    /// manifest, the receipts of the bounds, the statements that lead to its key (record.md §3),
    /// and the earliest evidence of when it was there.
    public func transparent(_ id: EntryID) throws(LedgerError) -> [UInt8]? {
        guard let index = try coveredIndex(id), let newest = try issuedReceipt(at: index) else {
            return nil
        }
        let store = published.store
        if let head = try store.indexHead(ifAt: index) {
            guard head.head.id == id else { throw Self.damaged(index) }
            return try transparent(head).encoded()
        }
        let statement = try store.statement(at: index)
        guard statement.id == id else { throw Self.damaged(index) }
        var manifest: [UInt8]?
        if case .present(let bytes, _)? = try self.manifest(id),
            statement.controlManifest == nil
        {
            manifest = bytes
        }
        do {
            var file = try TransparentStatement(statement, manifest: manifest)
            file.receipts = try earliestReceipts(at: index, before: newest) + [newest.bytes]
            file.issuers = try issuers(of: statement, at: index)
            file.anchors = try datings(of: index).map(\.map)
            return file.encoded()
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .corrupt("entry \(index) cannot be written as a file: \(error)")
        }
    }

    /// The `key` statements, each with its receipt, from the one that added the key of
    /// `statement` up towards the first administrator, whose own the ledger key has signed.
    ///
    /// A kit that knows the signer of the last one knows enough, however old it is.
    private func issuers(
        of statement: Statement, at index: UInt64
    ) throws -> [[UInt8]] {
        let (store, keys) = (published.store, published.registry.keys)
        var issuers: [[UInt8]] = []
        var (signer, bound) = (statement.keyID, index)
        while issuers.count < Limits.issuers,
            let place = keys[signer]?.additions.last(where: { $0 < bound }), place > 1,
            let receipt = try receipt(at: place)
        {
            let addition = try store.statement(at: place)
            var link = try TransparentStatement(addition, manifest: nil)
            link.receipts = [receipt]
            issuers.append(link.encoded())
            (signer, bound) = (addition.keyID, place)
        }
        return issuers
    }

    /// A C2SP tlog-proof of an entry, in the tree of its receipt, without an extra line.
    public func tlogProof(_ id: EntryID) throws(LedgerError) -> [UInt8]? {
        try issuedTLogProof(id)?.bytes
    }

    /// The same, with what tells it from an older one.
    public func issuedTLogProof(_ id: EntryID) throws(LedgerError) -> IssuedReceipt? {
        guard let index = try published.store.index(of: id.hash),
            let tree = published.tree(covering: index), let receipt = tree.head.receipt
        else { return nil }
        let proof = try tree.inclusion(of: index)
        do {
            return IssuedReceipt(
                bytes: try TLogProof(
                    inclusion: proof, signed: SignedCheckpoint(parsing: receipt.note)
                ).encoded, size: proof.treeSize, noteByteCount: receipt.note.count)
        } catch {
            throw .corrupt("the note of size \(proof.treeSize) cannot be read: \(error)")
        }
    }

    /// The manifest of an entry; nil where there is no such entry, or it is an index head.
    public func manifest(_ id: EntryID) throws(LedgerError) -> ManifestLookup? {
        guard let index = try coveredIndex(id) else { return nil }
        // Asked before the row is read: a manifest that is erased meanwhile is hidden, or read
        // before that.
        let erased = published.erasures.unmarked
        let store = published.store
        if let manifest = try store.manifest(at: index, without: erased) { return manifest }
        if try store.indexHead(ifAt: index) != nil { return nil }
        guard let manifest = try store.statement(at: index).controlManifest else {
            throw .corrupt("entry \(index) has no manifest")
        }
        return .present(manifest.bytes, digest: manifest.digest)
    }

    static func start(after cursor: UInt64?) -> UInt64 {
        cursor.map { $0 == .max ? .max : $0 + 1 } ?? 0
    }

    func references(
        _ indexes: [UInt64], in store: Store
    ) throws(LedgerError) -> [EntryReference] {
        try indexes.map { index throws(LedgerError) in
            EntryReference(index: index, id: EntryID(ofLeaf: try store.leaf(index)))
        }
    }

    /// The index of an entry that the newest head covers of those that anyone may see.
    func coveredIndex(_ id: EntryID) throws(LedgerError) -> UInt64? {
        let (store, size) = published.readable
        guard let index = try store.index(of: id.hash), index < size else { return nil }
        return index
    }
}

/// The proof of an entry as it is given out, and which head it is in.
public struct IssuedReceipt: Hashable, Sendable {
    /// The receipt, or the proof in C2SP's text format.
    public let bytes: [UInt8]

    /// Size of the head's tree.
    public let size: UInt64

    /// Bytes of the head's note, which grows with each cosignature.
    public let noteByteCount: Int
}

/// One entry in a list: its index and its EntryID.
public struct EntryReference: Hashable, Sendable {
    /// Zero-based position in the log.
    public let index: UInt64

    /// Its name.
    public let id: EntryID
}
