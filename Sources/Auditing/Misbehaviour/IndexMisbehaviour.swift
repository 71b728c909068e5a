import IndexMap
import LogReader
import Merkle
import Provenance

/// Makes files that convict a ledger of a wrong index (misbehaviour.md §6), of its log and one
/// signed head.
///
/// Nothing that a ledger signs in a receipt depends on the entry. So the one receipt beside the
/// newest index head serves each entry below its tree, with the path that the tiles give.
struct IndexMisbehaviour: Sendable {
    /// What came of a doubt.
    enum Outcome: Sendable {
        /// This file convicts the ledger.
        case shown(IndexMisbehaviourFile)

        /// There is no such file, for this reason.
        case notShown(String)
    }

    private let log: LogTree
    private let source: any LogSource
    private let kit: TrustKit
    private let head: HeadReceipt

    /// The number of entries that the receipt's tree has.
    private let size: UInt64

    /// The log as of that tree, or of a larger one.
    private let tree: LogTree

    /// Takes the receipt that a source has beside its newest index head; nil where it has none.
    ///
    /// - Parameters:
    ///   - log: as of the head whose entries were judged.
    ///   - trust: judges a receipt whose tree is larger than that.
    init?(
        _ log: LogTree, at source: any LogSource, by kit: TrustKit, _ trust: HeadTrust
    ) async throws(LogError) {
        guard let bytes = try await log.indexHead(),
            let receipt = (try? TransparentIndexHead(bytes))?.receipts.lazy
                .compactMap({ try? Receipt($0) }).first,
            let note = receipt.note
        else { return nil }
        (self.log, self.source, self.kit) = (log, source, kit)
        (head, size) = (receipt.head, receipt.treeSize)
        guard size > log.size else {
            tree = log
            return
        }
        // The ledger has gone on since.
        guard let judged = try? trust.judge(note), judged.size == size else { return nil }
        tree = LogTree(judged.signed, judged.verified, source: source, cache: TileCache())
        try await tree.requireExtends(log.checkpoint)
    }

    /// Makes the file that shows a doubt.
    ///
    /// - Parameter search: finds an entry that a map leaves out, with the proof that does not list
    ///   it; nil where nobody can be asked.
    /// - Throws: ``LogError``, and what `search` throws.
    func file(
        about doubt: IndexDoubt, search: ((IndexHead) async throws -> IndexOmission)?
    ) async throws -> Outcome {
        guard doubt.index < size else {
            return .notShown("the newest receipt at hand is older than it")
        }
        guard let head = try await whole(doubt.kind == .pair ? doubt.beside : doubt.index) else {
            return .notShown("the entry below it is no index head")
        }
        switch doubt.kind {
        case .pair:
            return try await file(about: doubt, doubt.index, carrying: head, nil)
        case .tree: return try await file(ofTree: doubt, head)
        case .map:
            guard let search else {
                return .notShown("only the ledger's own proofs show it, and this is a copy")
            }
            let found = try await search(head.head)
            guard case .found(let entry, let proof) = found else {
                return .notShown(found.words)
            }
            return try await file(about: doubt, entry, carrying: head, proof)
        }
    }

    /// The head names another tree than a checkpoint of its size: of the kit, or one that somebody
    /// dated.
    private func file(
        ofTree doubt: IndexDoubt, _ carried: TransparentIndexHead
    ) async throws(LogError) -> Outcome {
        if kit.size == doubt.beside {
            return try await file(about: doubt, doubt.index, carrying: carried, nil)
        }
        let bundle = (doubt.beside - 1) / UInt64(TileID.width)
        let beside = try await EvidenceReader(source).read(bundle, isFresh: false)
        guard case .bytes(let bytes) = beside,
            let dated = (try? EvidenceFile(bytes))?.heads.first(where: { $0.size == doubt.beside })
        else {
            return .notShown(
                "nobody has dated the head of size \(doubt.beside), so no receipt of it is at hand")
        }
        let proof = try await log.inclusionProof(of: 0, in: doubt.beside)
        return try await file(
            about: doubt, 0, dated.receipt.receipt(proof), carrying: carried, nil)
    }

    // MARK: - Parts

    private func receipt(of index: UInt64) async throws(LogError) -> [UInt8] {
        head.receipt(try await tree.inclusionProof(of: index, in: size))
    }

    /// An index head with its receipt; nil where the entry is none.
    private func whole(_ index: UInt64) async throws(LogError) -> TransparentIndexHead? {
        let leaf = try await tree.entry(at: index)
        guard let head = try? IndexHead(leaf: leaf), var whole = try? TransparentIndexHead(head)
        else { return nil }
        whole.receipts = [try await receipt(of: index)]
        return whole
    }

    /// Puts an entry and a proof together, and judges them as anybody will.
    ///
    /// - Parameters:
    ///   - receipt: of the entry, where not that of the newest head at hand.
    ///   - proof: nil for one that lists nothing, because it leads to no map: what counts is the
    ///     head, and a head is carried by a proof.
    private func file(
        about doubt: IndexDoubt, _ entry: UInt64, _ receipt: [UInt8]? = nil,
        carrying head: TransparentIndexHead, _ proof: IndexProof?
    ) async throws(LogError) -> Outcome {
        let leaf = try await tree.entry(at: entry)
        var own = receipt ?? []
        if receipt == nil { own = try await self.receipt(of: entry) }
        let nothing = IndexProof(
            name: .artifact(.sha256(head.head.leaf)), path: [], end: .empty)
        do {
            let complete = try CompleteProof(head, [proof ?? nothing])
            let bytes = try IndexEvidence.file(
                of: leaf, [own], carrying: complete.encoded())
            let evidence = try IndexEvidence(bytes)
            _ = try IndexJudge(kit).convict(evidence, evidence)
            return .shown(IndexMisbehaviourFile(bytes, about: doubt.index))
        } catch {
            return .notShown("what the log shows convicts nobody by the trust kit: \(error)")
        }
    }
}
