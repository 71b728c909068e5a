public import Checkpoints
public import Encoding
public import LedgerStore
import Manifests
public import Merkle
public import Provenance

extension Ledger {
    /// The newest signed head, for those who run the ledger: where a quorum is required, nobody
    /// else may see it before it has that.
    public func head() -> Head {
        guard let head = Head(published.head) else {
            preconditionFailure("only signed heads are published")
        }
        return head
    }

    /// The newest head that anyone may see; nil where no head has met the quorum yet.
    public func newestHead() -> Head? {
        published.newest.flatMap { Head($0.view.head) }
    }

    /// The newest head that meets the quorum of the witnesses, with all its lines (log.md §4); nil
    /// where no head may be seen yet.
    public func servedHead() -> Head? {
        published.served.flatMap(Head.init)
    }

    /// Number of entries that anyone may read.
    public var readableSize: UInt64 { published.readable.size }

    /// Whether any of the newest heads has a cosignature; see ``ServedHead`` for how many.
    public func hasCosignedHead() throws(LedgerError) -> Bool {
        let (store, head) = published.snapshot
        return try ServedHead(store: store, rule: published.rule).newestCosigned(upTo: head.size)
            != nil
    }

    /// Whether an authority has dated one of the newest heads that evidence is about.
    public func hasTimestampedHead() throws(LedgerError) -> Bool {
        try published.store.anchorSources(among: AnchorMemory.newestRows)
            .contains { $0.kind == .timestamp }
    }

    /// A head that is kept and that anyone may see; nil where there is none of this size.
    public func head(size: UInt64) throws(LedgerError) -> Head? {
        let (store, newest) = published.readable
        guard size <= newest, let row = try store.head(size: size), try maySee(row) else {
            return nil
        }
        return Head(row)
    }

    /// Whether a head that is not newer than the newest may be seen.
    private func maySee(_ row: HeadRow) throws(LedgerError) -> Bool {
        let rule = published.rule
        guard rule.holdsBack else { return true }
        return try row.signedCheckpoint().map { rule.isMet(by: $0, at: row.time) } ?? false
    }

    /// The newest head that is kept and whose time is below `time`, in POSIX seconds; nil where
    /// there is none.
    ///
    /// Times rise with sizes (log.md §3), so half of what is left is ruled out by each row read.
    public func head(before time: UInt64) throws(LedgerError) -> Head? {
        let (store, newest) = published.readable
        guard let found = try store.newestHead(before: time, upTo: newest) else { return nil }
        let rule = published.rule
        guard rule.holdsBack else { return Head(found) }
        return try ServedHead(store: store, rule: rule).newest(
            upTo: found.size, among: ServedHead.questionLimit
        )
        .flatMap(Head.init)
    }

    /// The consistency path between two tree sizes; without `to`, up to the newest head.
    public func consistency(from: UInt64, to: UInt64?) throws(ReadRefusal) -> [Hash] {
        let (store, size) = published.readable
        let newSize = to ?? size
        guard newSize <= size else { throw .beyondTree(size: size) }
        guard from <= newSize else {
            throw .malformed("from must not be greater than to")
        }
        do {
            return try ConsistencyProof(from: from, to: newSize, reading: store.nodes).path
        } catch {
            throw .failed(Store.error(error))
        }
    }

    /// The first `width` hashes of a tile, as bytes; nil where the newest head has fewer.
    public func tile(_ id: TileID, width: Int) throws(LedgerError) -> [UInt8]? {
        let (store, size) = published.readable
        guard width >= 1, width <= id.width(in: size) else { return nil }
        return try store.tile(id, width: width)
    }

    /// Calls `body` with the first `width` hashes of a tile, in the store's own memory; nil where
    /// the newest head has fewer.
    public func withTile<Result>(
        _ id: TileID, width: Int, _ body: (Span<UInt8>) -> Result
    ) throws(LedgerError) -> Result? {
        let (store, size) = published.readable
        guard width >= 1, width <= id.width(in: size) else { return nil }
        return try store.withTile(id, width: width, body)
    }

    /// An entry bundle (C2SP tlog-tiles): each leaf after its length in 2 bytes, big-endian.
    public func entryBundle(index: UInt64, width: Int) throws(LedgerError) -> [UInt8]? {
        guard let first = firstEntry(of: index, width: width) else { return nil }
        let store = published.store
        var bundle: [UInt8] = []
        var next = first
        try store.forEach(in: store.entries, from: first, to: first + UInt64(width)) {
            index, leaf throws(LedgerError) in
            guard index == next else { throw .corrupt("entry \(next) has no row") }
            next += 1
            bundle.append(UInt8(truncatingIfNeeded: leaf.count >> 8))
            bundle.append(UInt8(truncatingIfNeeded: leaf.count))
            bundle += leaf
        }
        guard next == first + UInt64(width) else { throw .corrupt("entry \(next) has no row") }
        return bundle
    }

    /// The manifests beside an entry bundle, as a CBOR sequence: each a byte string, or null
    /// where there is none (any more).
    public func manifestBundle(index: UInt64, width: Int) throws(LedgerError) -> [UInt8]? {
        guard let first = firstEntry(of: index, width: width) else { return nil }
        var manifests = [[UInt8]?](repeating: nil, count: width)
        let erased = published.erasures.unmarked
        let store = published.store
        try store.forEach(in: store.manifests, from: first, to: first + UInt64(width)) {
            index, row throws(LedgerError) in
            if case .present(let bytes, _) = try ManifestRow.read(
                row, at: index, without: erased)
            {
                manifests[Int(index - first)] = bytes
            }
        }
        var bundle: [UInt8] = []
        for manifest in manifests {
            (manifest.map { CBOR.bytes($0) } ?? .null).append(to: &bundle)
        }
        return bundle
    }

    /// All control statements in order, as a CBOR sequence of byte strings: also those that no
    /// published head covers, so that an administrator can go on from them.
    public func control() throws(LedgerError) -> [UInt8] {
        let (store, head) = published.snapshot
        var sequence: [UInt8] = []
        try store.forEachControl { index, statement throws(LedgerError) in
            if index < head.size { CBOR.bytes(statement.leaf).append(to: &sequence) }
        }
        return sequence
    }

    /// The keys that sign or have signed receipts, the oldest first.
    public func scittKeys() -> [COSEKey] {
        (published.newest?.view.registry ?? published.registry).receiptKeys.terms.map(\.key)
    }

    /// The keys that sign or have signed heads, the oldest first.
    public var noteKeys: [VerifierKey] { published.registry.noteKeys.terms.map(\.key) }

    /// The files of a trust kit for this ledger, at the newest head that anyone may see.
    ///
    /// Witnesses, groups and quorum of its policy are those of the ledger's own.
    public func trustKit() throws(LedgerError) -> TrustKit.Files {
        try trustKit(of: moment())
    }

    /// The files of a trust kit at the head of a moment.
    package func trustKit(of moment: LedgerMoment) throws(LedgerError) -> TrustKit.Files {
        // The registry was folded from these very statements, each with its signature, when the
        // ledger was opened and as it grew.
        let (tree, registry) = (moment.tree, moment.view.registry)
        var controls: [TrustKit.Evidence] = []
        try moment.store.forEachControl { index, statement throws(LedgerError) in
            guard index < moment.size else { return }
            controls.append(
                TrustKit.Evidence(leaf: statement.leaf, proof: try tree.inclusion(of: index)))
        }
        let expected = registry.sequence
        guard UInt64(controls.count) == expected else {
            throw .corrupt("it has \(controls.count) control statements, and folded \(expected)")
        }
        return TrustKit.make(
            registry: registry, head: moment.receipt, controls: controls,
            witnesses: published.rule.policy, timestampRoots: options.timestampRoots,
            calendars: options.calendars)
    }

    /// The policy by which heads are served; nil where there is none.
    public var witnessPolicy: TrustPolicy? { published.rule.policy }

    /// Why there is no head that anyone may see.
    public var unmetQuorum: LedgerError {
        .tryAgain("no head has met the quorum \(published.rule.quorum) of the witnesses yet")
    }

    func firstEntry(of index: UInt64, width: Int) -> UInt64? {
        let size = published.readable.size
        let (first, overflow) = index.multipliedReportingOverflow(by: UInt64(TileID.width))
        guard !overflow, (1...TileID.width).contains(width), first < size,
            UInt64(width) <= size - first
        else { return nil }
        return first
    }
}

/// Why a read cannot be answered.
public enum ReadRefusal: Error, Hashable, Sendable {
    /// The question makes no sense: 400.
    case malformed(String)

    /// The tree is not that large: 404.
    case beyondTree(size: UInt64)

    /// The store failed: 503.
    case failed(LedgerError)
}
