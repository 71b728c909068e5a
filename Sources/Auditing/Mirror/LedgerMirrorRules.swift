import Checkpoints
import Encoding
package import LogReader
import Manifests
package import Merkle
package import Provenance
import Synchronization

/// What a mirror of a ledger must know: which manifest an entry names, which are erased, and the
/// files that follow from the control statements.
///
/// The control statements are those that the log publishes beside its leaves, folded from the
/// genesis that is pinned; each one that a leaf holds must be among them. They may be ahead of the
/// log's head, so that an erasure counts from the moment that it is signed.
package final class LedgerMirrorRules: MirrorRules {
    private struct State {
        var registry: Registry
        var leaves: [[UInt8]]
        var names: Set<EntryID>
        var erased: Set<Hash>

        /// The first entry whose control statement is not among those that are known and does not
        /// follow them; nil where there is none.
        var stranger: UInt64?

        init(_ registry: Registry, _ leaves: [[UInt8]]) {
            (self.registry, self.leaves) = (registry, leaves)
            names = Set(leaves.map { EntryID(ofLeaf: $0) })
            erased = Set(leaves.compactMap(LedgerMirrorRules.erasure))
        }

        mutating func add(_ leaf: [UInt8]) {
            leaves.append(leaf)
            names.insert(EntryID(ofLeaf: leaf))
            if let digest = LedgerMirrorRules.erasure(leaf) { erased.insert(digest) }
        }
    }

    private let state: Mutex<State>

    /// Begins with the control statements of a kit, and goes on with those of `control` where it
    /// is a file of them that begins with the kit's.
    ///
    /// - Returns: nil where it is none.
    package init?(_ kit: TrustKit, control: [UInt8]) {
        guard let hint = try? ControlHint(control, genesis: kit.genesis),
            let leaves = Self.leaves(of: control),
            hint.statements.starts(with: kit.controls.map(\.statement.id))
        else { return nil }
        state = Mutex(State(hint.registry, leaves))
    }

    /// Begins with the control statements of a kit.
    package init(_ kit: TrustKit) {
        state = Mutex(State(kit.registry, kit.controls.map(\.statement.leaf)))
    }

    /// Whether these control statements begin with all of the others.
    func goesOn(from others: LedgerMirrorRules) -> Bool {
        let first = others.state.withLock { $0.leaves }
        return state.withLock { $0.leaves.starts(with: first) }
    }

    /// The registry after the newest statement.
    package var registry: Registry { state.withLock { $0.registry } }

    /// The first entry with a control statement that the published ones contradict.
    package var stranger: UInt64? { state.withLock { $0.stranger } }

    // MARK: - Leaves

    package var hasManifests: Bool { true }

    package func content(of leaf: ArraySlice<UInt8>) -> LeafContent {
        guard let statement = try? Statement(leaf: Array(leaf)) else { return .other }
        switch statement.body {
        case .envelope(let digest, _, _): return .manifest(digest)
        case .control: return .control
        }
    }

    package func take(_ control: ArraySlice<UInt8>, at index: UInt64) {
        let leaf = Array(control)
        state.withLock { state in
            guard !state.names.contains(EntryID(ofLeaf: leaf)) else { return }
            do throws(Refusal) {
                try state.registry.apply(Statement(leaf: leaf), at: index)
                state.add(leaf)
            } catch {
                state.stranger = state.stranger ?? index
            }
        }
    }

    // MARK: - Erasures

    package var erased: Set<Hash> { state.withLock { $0.erased } }

    package func erased(by control: [UInt8]) -> Set<Hash> {
        Set((Self.leaves(of: control) ?? []).compactMap(Self.erasure))
    }

    /// The manifest that a control statement erases; nil for one of another kind.
    private static func erasure(_ leaf: [UInt8]) -> Hash? {
        guard let manifest = (try? Statement(leaf: leaf))?.controlManifest,
            manifest.predicateType == PredicateType.erasure
        else { return nil }
        return (try? ErasureManifest(manifest))?.sha256
    }

    // MARK: - Files

    package func refusal(
        of evidence: [UInt8], inPlaceOf own: [UInt8]?, bundle: UInt64
    ) -> String? {
        let file: EvidenceFile
        do throws(EvidenceFileError) {
            file = try EvidenceFile(evidence)
        } catch {
            return "\(error)"
        }
        let registry = registry
        for head in file.heads {
            if let reason = Self.refusal(of: head, bundle, registry) { return reason }
        }
        let (mine, theirs) = (
            Self.complete(own.flatMap { try? EvidenceFile($0) }), Self.complete(file)
        )
        for (piece, content) in mine.sorted(by: { $0.key.size < $1.key.size })
        where theirs[piece] != content {
            return theirs[piece] == nil
                ? "lacks evidence about the head of size \(piece.size) that the copy has"
                : "has other evidence of \(piece.url) about the head of size \(piece.size) than "
                    + "the copy; where it is right, remove the copy's file and use --recheck"
        }
        return nil
    }

    /// Returns why a head does not stand beside a bundle: it must end there, the ledger must have
    /// signed it, and its evidence must be about it.
    private static func refusal(
        of head: EvidenceFile.Dated, _ bundle: UInt64, _ registry: Registry
    ) -> String? {
        guard head.size > 0, (head.size - 1) / UInt64(TileID.width) == bundle else {
            return "has a head of size \(head.size), which ends in another bundle"
        }
        let note = head.receipt.note
        guard (try? registry.open(note: note, about: (head.size, head.root))) != nil,
            let text = (try? SignedNote(parsing: note))?.text
        else { return "has a head of size \(head.size) that the ledger has not signed" }
        for row in head.rows where (try? SignedNote(parsing: row.checkpoint))?.text != text {
            return "has evidence about another head of size \(head.size)"
        }
        return nil
    }

    /// What names a piece of evidence.
    private struct Piece: Hashable {
        let size: UInt64
        let type: Text
        let url: Text
    }

    /// What a complete piece is; it does not change any more.
    private struct Content: Hashable {
        let root: Hash
        let checkpoint: [UInt8]
        let evidence: [UInt8]
    }

    private static func complete(_ file: EvidenceFile?) -> [Piece: Content] {
        var pieces: [Piece: Content] = [:]
        for head in file?.heads ?? [] {
            for row in head.rows where row.state == .complete {
                pieces[Piece(size: head.size, type: row.type, url: row.url)] = Content(
                    root: head.root, checkpoint: row.checkpoint, evidence: row.evidence)
            }
        }
        return pieces
    }

    package func isOpen(evidence: [UInt8]) -> Bool {
        guard let file = try? EvidenceFile(evidence) else { return true }
        return file.heads.contains { $0.rows.contains { $0.state == .pending } }
    }

    package func files() -> [(name: String, bytes: [UInt8])] {
        state.withLock { state in
            // Which of two chains is the log's is not told here.
            guard state.stranger == nil else { return [] }
            var control: [UInt8] = []
            for leaf in state.leaves { CBOR.append(leaf, to: &control) }
            let keys = state.registry.receiptKeys.terms.map(\.key.keySetMember)
            return [
                (StaticLayout.receiptKeys, CBOR.array(keys).encoded()),
                (StaticLayout.control, control),
            ]
        }
    }

    // MARK: - The index

    package func indexHead(_ bytes: [UInt8]) -> ReadIndexHead {
        let registry = registry
        do throws(Refusal) {
            let whole = try TransparentIndexHead(bytes)
            let head = whole.head
            guard head.origin == registry.origin.text,
                head.chain.id == IndexHead.chainID(of: registry.genesis)
            else { return .refused("is an index head of another ledger") }
            let heads = try HeadVerifier(registry)
            for receipt in whole.receipts {
                guard let receipt = try? Receipt(receipt),
                    case .inclusion(let proof) = receipt.proof,
                    (try? heads.check(receipt, of: head.leaf)) != nil
                else { continue }
                return .head(index: proof.leafIndex, leaf: .leaf(head.leaf), size: head.size)
            }
            return .refused("has no receipt of this ledger that proves its place")
        } catch {
            return .refused("is no index head with its receipts: \(error)")
        }
    }

    private static func leaves(of control: [UInt8]) -> [[UInt8]]? {
        var reader = CBORSequenceReader(itemLimit: Limits.controlStatementBytes)
        reader.append(control)
        var leaves: [[UInt8]] = []
        while case .bytes(let leaf)? = try? reader.next() { leaves.append(leaf) }
        return reader.isBetweenItems ? leaves : nil
    }
}
