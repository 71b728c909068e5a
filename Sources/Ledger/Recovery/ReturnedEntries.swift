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
    /// One of them, as a record has it.
    struct Entry {
        let leaf: [UInt8]
        let manifest: [UInt8]?
    }

    /// The entries are those from where the store ends to here, without a gap.
    let end: UInt64

    /// The heads that they are held to.
    let heads: SignedHeads

    /// The first entry that is there behind a gap, before which ``end`` must come; nil where there
    /// is none.
    let behindGap: UInt64?

    /// The files that prove no place of an entry.
    var passedOver: [Recovery.PassedOver] = []

    /// Where they come from, for messages.
    let source: String

    /// Reads the leaves of some of them: at most 256 at a time, in any order, again and again.
    let leaves: (Range<UInt64>) async throws(LedgerError) -> [[UInt8]]

    /// Returns those of the manifests that are there, by the indexes of their entries, which are
    /// of one bundle; each is asked for by the digest that its entry names.
    let manifests: ([UInt64: Hash]) -> [UInt64: [UInt8]]

    /// Reads entries again to say which file is wrong, after a root has shown that one is; returns
    /// where nothing can say it.
    let blame: (Range<UInt64>) async throws(LedgerError) -> Void
}

extension ReturnedEntries {
    /// Takes them from an export.
    ///
    /// What its files hold is believed no more than its checkpoint proves, and the caller compares
    /// the root. So a tile that is damaged keeps no entry back. Manifests that no file has, or none
    /// that can be read, are none.
    ///
    /// - Parameters:
    ///   - others: copies that stand in for its files where these are damaged.
    ///   - base: the first entry that is wanted.
    init(
        export path: String, beside others: [String], after base: UInt64, _ own: Registry
    ) async throws(LedgerError) {
        var registry = own
        for copy in [path] + others {
            registry = try LaterControls.registry(registry, followedByExport: copy)
        }
        let log = try await CopiedLog(path, beside: others, registry)
        let manifests = try CopiedManifests([path] + others.filter { $0 != path })
        var heads = SignedHeads()
        _ = try heads.add(
            note: log.tree.signed.encoded, registry, from: "\(path)/\(StaticLayout.checkpoint)")
        self.heads = heads
        end = max(base, log.tree.size)
        behindGap = nil
        source = path
        leaves = { range throws(LedgerError) in
            let first = Int(range.lowerBound % UInt64(TileID.width))
            let bundle = range.lowerBound / UInt64(TileID.width)
            return Array(
                try await log.leaves(ofBundle: bundle).dropFirst(first).prefix(range.count))
        }
        self.manifests = { wanted in
            var copies = manifests
            return copies.find(wanted)
        }
        blame = { range throws(LedgerError) in
            try await Self.log { () async throws(LogError) in
                try await log.tree.requireEntries(range)
            }
        }
    }

    /// Runs `body` and passes its error on as the ledger's.
    static func log<Value>(
        _ body: () async throws(LogError) -> Value
    ) async throws(LedgerError) -> Value {
        do throws(LogError) {
            return try await body()
        } catch {
            throw refusal(error)
        }
    }

    /// The ledger's error for why a copy cannot be read.
    static func refusal(_ error: LogError) -> LedgerError {
        switch error {
        case .file(let error, _): LedgerError(error, saying: error.words)
        case .malformed(let file, _), .refuted(let file, _), .changed(let file, _),
            .tooLarge(let file, _):
            .damaged(path: file.path, reason: error.reason)
        case .untrusted(let file, _), .unknownKey(let file):
            .unfit(path: file.path, reason: error.reason)
        case .missing(let file): .missing(path: file.path, reason: error.reason)
        case .fork: .fork("\(error)")
        case .service, .redirected, .behind: .tryAgain("\(error)")
        case .outside: .badRequest("\(error)")
        }
    }

    /// Takes them from `.colophon` files, and index heads from proofs of completeness: each is
    /// proven by a receipt in its file.
    init(files paths: [String], after base: UInt64, _ own: Registry) throws(LedgerError) {
        let registry = try LaterControls.registry(own, followedByFiles: paths)
        var heads = SignedHeads()
        var found: [UInt64: Entry] = [:]
        for path in paths {
            let bytes = try Self.bytes(of: path)
            do throws(LedgerError) {
                try Self.add(bytes, path, to: &found, &heads, registry, depth: 0)
            } catch .unfit(let path, let reason) {
                passedOver.append(.init(path: path, reason: reason))
            }
        }
        if let first = passedOver.first, found.isEmpty {
            throw .unfit(path: first.path, reason: first.reason)
        }
        var end = base
        while found[end] != nil { end += 1 }
        self.end = end
        behindGap = found.keys.filter { $0 > end }.min()
        self.heads = heads
        source = "the receipts"
        let entries = found
        leaves = { range throws(LedgerError) in range.compactMap { entries[$0]?.leaf } }
        manifests = { wanted in
            var manifests: [UInt64: [UInt8]] = [:]
            for (index, digest) in wanted {
                guard let manifest = entries[index]?.manifest, .sha256(manifest) == digest
                else { continue }
                manifests[index] = manifest
            }
            return manifests
        }
        blame = { _ in }
    }

    /// Reads a `.colophon` file, or one that holds an index head.
    static func bytes(of path: String) throws(LedgerError) -> [UInt8] {
        try LedgerError.files { () throws(FileError) in
            try InputFile(path).bytes(limit: Limits.fileBytes)
        }
    }

    /// Adds the entry of a file, and those of the `key` statements and of the index heads in it.
    private static func add(
        _ bytes: [UInt8], _ path: String, to found: inout [UInt64: Entry],
        _ heads: inout SignedHeads, _ registry: Registry, depth: Int
    ) throws(LedgerError) {
        let file: TransparentStatement
        do throws(Refusal) {
            file = try TransparentStatement(bytes)
        } catch {
            if let head = indexHead(bytes) {
                return try add(
                    Entry(leaf: head.head.leaf, manifest: nil), head.receipts, path, to: &found,
                    &heads, registry)
            }
            throw .unfit(path: path, reason: "is not a statement with its receipts: \(error)")
        }
        try add(
            Entry(leaf: file.statement.leaf, manifest: file.manifest), file.receipts, path,
            to: &found, &heads, registry)
        // The entry is taken whatever is wrong with what came along.
        for proof in file.completes {
            guard let head = indexHead(proof) else { continue }
            do throws(LedgerError) {
                try add(
                    Entry(leaf: head.head.leaf, manifest: nil), head.receipts, path, to: &found,
                    &heads, registry)
            } catch .unfit {
                continue
            }
        }
        // A link is a file of its own; links in links are not ours to follow.
        guard depth == 0 else { return }
        for link in file.issuers {
            do throws(LedgerError) {
                try add(link, path, to: &found, &heads, registry, depth: 1)
            } catch .unfit {
                continue
            }
        }
    }

    /// The index head of a proof of completeness, or a head in transport form; nil where the bytes
    /// are neither.
    private static func indexHead(_ bytes: [UInt8]) -> TransparentIndexHead? {
        (try? CompleteProof(bytes))?.head ?? (try? TransparentIndexHead(bytes))
    }

    /// Adds one entry at the place that its receipts prove.
    private static func add(
        _ entry: Entry, _ receipts: [[UInt8]], _ path: String, to found: inout [UInt64: Entry],
        _ heads: inout SignedHeads, _ registry: Registry
    ) throws(LedgerError) {
        let index = try place(of: entry.leaf, receipts, path, &heads, registry)
        if let other = found[index], other.leaf != entry.leaf {
            throw .fork(
                "\(path): proves another entry \(index) than an earlier file: this is the fork of "
                    + "a log, and must be looked into")
        }
        if found[index]?.manifest == nil { found[index] = entry }
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
                throw .unfit(path: path, reason: "its receipt does not prove this statement")
            }
            guard place == nil || place == proof.leafIndex else {
                throw .unfit(path: path, reason: "its receipts give it two places")
            }
            place = proof.leafIndex
        }
        guard let place else {
            throw .unfit(path: path, reason: "carries no receipt of this ledger with a checkpoint")
        }
        return place
    }
}
