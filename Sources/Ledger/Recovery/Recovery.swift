import Checkpoints
import Encoding
import Files
public import Jobs
public import LedgerStore
import LogReader
import Manifests
import Merkle
import Provenance

/// A ledger's folder that nobody serves, while it is brought back to where it once was.
///
/// The rule that everything here keeps: nothing is signed, and the store holds no entry that is
/// not proven to stand at its index by a head which the ledger's own note key has signed. The
/// memories of such heads are asked first (the high-water file and notes that are named here;
/// witnesses and anchors join them once there are any) and the highest is what the store must
/// reach, root for root, before ``Ledger/open(_:logger:clock:)`` signs again.
public final class Recovery {
    /// A file of which nothing was taken.
    public struct PassedOver: Hashable, Sendable {
        /// The file.
        public let path: String

        /// Why, as what follows its name.
        public let reason: String
    }

    /// What one call has put back.
    public struct Report: Hashable, Sendable {
        /// The entries.
        public let entries: Range<UInt64>

        /// How many of them came without a manifest and are not erased: it is missing here, and
        /// ``Recovery/putBackManifests(exports:files:progress:)`` puts it back.
        public let withoutManifest: UInt64

        /// Pieces of evidence about heads that came back.
        public fileprivate(set) var anchors = 0

        /// The files of which nothing was taken, each with the reason.
        public fileprivate(set) var passedOver: [PassedOver]

        /// The first entry that is there, but behind a gap; nil where there is none.
        ///
        /// The one at the end of ``entries`` has to come first.
        public let behindGap: UInt64?
    }

    private let options: LedgerOptions
    private(set) var store: Store
    private let highWater: HighWaterFile
    private let clock: @Sendable () -> UInt64
    private var state: TreeState

    /// The registry with the control statements that are to come back: a note key that was handed
    /// over after the copy was made is known by it.
    private let later: Registry

    /// The heads that were named here, of copies and notes: no entry comes back against one.
    private var named = SignedHeads()

    /// Opens the folder; throws `.inUse` while a server has it.
    ///
    /// - Parameters:
    ///   - lost: notes of heads by which to make the high-water file anew, because it is gone with
    ///     its disk; the newest must be the newest that anybody has seen.
    ///   - exports: folders of exports that are to be put back: notes may be signed by a key that
    ///     only they name.
    ///   - files: `.colophon` files, likewise.
    public init(
        _ options: LedgerOptions, makingHighWaterFrom lost: [(name: String, note: [UInt8])]? = nil,
        exports: [String] = [], files: [String] = [],
        clock: @escaping @Sendable () -> UInt64 = SystemClock.seconds
    ) throws(LedgerError) {
        try options.places.requireStore()
        self.options = options
        self.clock = clock
        store = try Store(path: options.data, cacheByteCount: options.cacheByteCount, create: false)
        do throws(LedgerError) {
            let stored = try StoredLedger(store)
            state = try TreeState(stored, store: store)
            var later = try LaterControls.registry(stored.registry, followedByFiles: files)
            for path in exports {
                later = try LaterControls.registry(later, followedByExport: path)
            }
            self.later = later
            if let lost { try Self.makeHighWater(options, later, store, lost) }
            guard try Self.hasHighWater(options) else { throw Self.lostHighWater(options) }
            highWater = try HighWaterFile(path: options.highWater, origin: stored.registry.origin)
            // It is made of the manifests, of which some may come back.
            try options.places.removeSimilar()
        } catch {
            store.close()
            throw error
        }
        try checkNewest()
    }

    deinit {
        store.close()
    }

    /// The registry below the entries that are there.
    var registry: Registry { state.registry }

    /// The manifests that are erased by the entries that are there, by their digests.
    var erasedManifests: [Hash: LoggedErasure] { state.erasedManifests }

    /// Number of entries in the store.
    public var size: UInt64 { state.range.size }

    /// Size of the highest head that was ever signed, as far as anybody here remembers.
    public var signedSize: UInt64 { highWater.newest.size }

    /// The entries that must come back before anything is signed; nil where none is missing.
    public var missing: Range<UInt64>? {
        size < signedSize ? size..<signedSize : nil
    }

    /// Whether the folder has a signed head, so that ``Ledger/open(_:logger:clock:)`` can show it
    /// while entries are missing.
    public var hasSignedHead: Bool {
        get throws(LedgerError) { try store.newestSignedHead() != nil }
    }

    /// Makes sure that the keys are here by which ``Ledger/open(_:logger:clock:)`` opens the
    /// folder: it judges in the same way.
    public func requireKeys() throws(LedgerError) {
        _ = try LedgerKeys.opened(
            in: LedgerKeys.folder(options.keys), by: state.registry, isOldCopy: missing != nil,
            path: options.keys)
    }

    /// Closes the folder.
    public func close() {
        store.close()
    }

    /// Makes the ledger remember a head that it has signed, as somebody else kept it.
    public func remember(_ note: [UInt8], from source: String) throws(LedgerError) {
        var heads = SignedHeads()
        let head = try heads.add(note: note, newestRegistry, from: source)
        try check(heads, against: state.range, from: source)
        try named.add(size: head.size, root: head.root, from: source)
        try raise(to: heads)
        if head.size <= size { _ = try checkNewest() }
    }

    /// Makes the ledger remember the heads of exports and mirrors, each verified: whether their
    /// entries come back or not, this ledger has signed them.
    ///
    /// Throws where two of the copies contradict each other, after all heads are remembered.
    public func remember(copies paths: [String]) async throws(LedgerError) {
        for path in paths {
            let log = try await CopiedLog(path, beside: [], newestRegistry)
            try remember(log.tree.signed.encoded, from: "\(path)/\(StaticLayout.checkpoint)")
        }
        try await CopiedLog.requireOneLog(of: paths, newestRegistry)
    }

    // MARK: - Putting entries back

    /// Puts entries back from the folder of an export.
    ///
    /// - Parameter others: folders of other exports, which stand in for a file of this one that is
    ///   damaged.
    public func putBack(
        export path: String, beside others: [String] = [], progress: JobProgress = .silent
    ) async throws(LedgerError) -> Report {
        let entries = try await ReturnedEntries(
            export: path, beside: others, after: size, newestRegistry)
        var report = try await putBack(entries, progress)
        // Again where the entries are all there: a crash may have come between the two.
        let returned = try putBackAnchors(export: path)
        report.anchors = returned.count
        report.passedOver += returned.passedOver
        return report
    }

    /// The registry with all control statements that are there or are to come back.
    private var newestRegistry: Registry {
        later.sequence > state.registry.sequence ? later : state.registry
    }

    /// Puts entries back from `.colophon` files and proofs of completeness, which have index heads,
    /// as far as they leave no gap.
    ///
    /// What proves no place is passed over; throws where that is every one of them.
    public func putBack(
        files paths: [String], progress: JobProgress = .silent
    ) async throws(LedgerError) -> Report {
        try await putBack(ReturnedEntries(files: paths, after: size, state.registry), progress)
    }

    /// Compares first, writes then: the first pass touches nothing.
    ///
    /// A crash leaves the entries of whole batches, all of them proven, below a head that is not
    /// signed; the next call goes on after them.
    private func putBack(
        _ entries: ReturnedEntries, _ progress: JobProgress
    ) async throws(LedgerError) -> Report {
        let first = size
        try check(entries.heads, against: state.range, from: entries.source)
        let digests = try await prove(entries, progress)
        // The holder of these heads has seen more than the high-water file tells.
        try raise(to: entries.heads)
        var lacking: [Range<UInt64>] = []
        for (position, chunk) in chunks(from: first, to: entries.end).enumerated() {
            try progress.report(
                "putting entries back", done: chunk.lowerBound - first, of: entries.end - first)
            let leaves = try await entries.leaves(chunk)
            guard Self.digest(leaves) == digests[position] else {
                throw .unfit(path: entries.source, reason: "changed while it was read")
            }
            var count = 0
            for part in Self.parts(of: leaves) {
                let places = chunk.lowerBound + UInt64(part.lowerBound)
                count += try commit(
                    Array(leaves[part]), entries, at: places..<places + UInt64(part.count))
            }
            if count > 0 { lacking.append(chunk) }
        }
        // Larger heads than this copy remembers were signed, and so may have been served.
        if size > first { try store.put(ServedMark.each) }
        try checkNewest()
        // Counted at the end: an erasure may have come behind such an entry.
        var withoutManifest: UInt64 = 0
        for chunk in lacking { withoutManifest += try missingManifests(in: chunk) }
        return Report(
            entries: first..<size, withoutManifest: withoutManifest,
            passedOver: entries.passedOver, behindGap: entries.behindGap)
    }

    /// Computes the root at every signed head on the way, and returns a digest of each chunk.
    private func prove(
        _ entries: ReturnedEntries, _ progress: JobProgress
    ) async throws(LedgerError) -> [Hash] {
        var heads = entries.heads
        let newest = highWater.newest
        try heads.add(size: newest.size, root: newest.root, from: entries.source)
        for (size, root) in named.roots {
            try heads.add(size: size, root: root, from: entries.source)
        }
        var range = state.range
        var digests: [Hash] = []
        for chunk in chunks(from: size, to: entries.end) {
            try progress.report(
                "comparing with the signed heads", done: chunk.lowerBound - size,
                of: entries.end - size)
            let leaves = try await entries.leaves(chunk)
            guard leaves.count == chunk.count else {
                throw .unfit(
                    path: entries.source, reason: "entries from \(chunk.lowerBound) are missing")
            }
            digests.append(Self.digest(leaves))
            for leaf in leaves {
                range.append(.leaf(leaf))
                guard heads.roots[range.size, default: range.root] == range.root else {
                    try await entries.blame(size..<range.size)
                    throw .unfit(
                        path: entries.source,
                        reason: "its entries up to \(range.size) do not have the root "
                            + "of the signed head of that size; nothing of it was put back; "
                            + "where it is whole, this is the fork of a log, and must be looked "
                            + "into")
                }
            }
        }
        return digests
    }

    /// The parts of some leaves that each make a batch: an index head begins one.
    private static func parts(of leaves: [[UInt8]]) -> [Range<Int>] {
        let starts = [0] + leaves.indices.dropFirst().filter { isIndexHead(leaves[$0]) }
        return zip(starts, starts.dropFirst() + [leaves.count]).map { $0..<$1 }
            .filter { !$0.isEmpty }
    }

    private static func isIndexHead(_ leaf: [UInt8]) -> Bool {
        (try? IndexHead(leaf: leaf)) != nil
    }

    /// The index head with which some entries begin, held to its place; nil where they begin with
    /// another entry.
    private func indexHead(
        _ leaf: [UInt8]?, at index: UInt64
    ) throws(LedgerError) -> PlacedIndexHead? {
        guard let head = leaf.flatMap({ try? IndexHead(leaf: $0) }) else { return nil }
        if store.index == nil {
            // The first one that this folder has.
            store.close()
            store = try Store(
                path: options.data, cacheByteCount: options.cacheByteCount, create: false,
                makesIndex: true)
        }
        let newest = state.indexHead?.head
        let start = newest?.size ?? 0
        let tree = head.size <= index ? try store.range(size: head.size).root : nil
        let isInOrder = start < head.size && head.size <= index
        let coversOther = isInOrder ? try store.hasOther(than: start..<head.size) : true
        do throws(IndexHeadFault) {
            try IndexHeadPlace(index, below: state.registry, after: newest).check(
                head, tree: tree, coversOther: coversOther)
        } catch {
            throw .badRequest("entry \(index) cannot be put back: \(error)")
        }
        return PlacedIndexHead(head, at: index)
    }

    /// Appends entries through the sequencer's own plan and batch, with those of their manifests
    /// that are there, and returns how many came without.
    private func commit(
        _ all: [[UInt8]], _ entries: ReturnedEntries, at allPlaces: Range<UInt64>
    ) throws(LedgerError) -> Int {
        let head = try indexHead(all.first, at: allPlaces.lowerBound)
        let leaves = head == nil ? all : Array(all.dropFirst())
        let places = allPlaces.dropFirst(head == nil ? 0 : 1)
        let candidates = try candidates(leaves, entries, at: places)
        let names = try store.names(of: candidates.map(\.named))
        // What has no rows yet the eraser of the next `serve` finds.
        let (store, cover) = (store, try store.keysCover())
        let lookups = BatchPlan.Lookups(
            names: names, in: store,
            listed: { artifact, start, end, limit throws(LedgerError) in
                try store.entries(
                    of: .artifact(artifact), in: cover, from: start, below: end, limit: limit)
            }, clock: clock)
        let plan = try BatchPlan(
            state: state, candidates: candidates, lookups: lookups, indexHead: head)
        for (index, outcome) in zip(places, plan.outcomes) {
            switch outcome {
            case .registered(index): continue
            case .refused(let refusal):
                throw .badRequest("entry \(index) cannot be put back: \(refusal)")
            case .registered(let other), .known(let other):
                throw .badRequest("entry \(index) cannot be put back: it is entry \(other)")
            }
        }
        let lacking = zip(places, candidates).filter {
            $1.manifest == nil && $1.statement.controlManifest == nil
        }.map(\.0)
        if !lacking.isEmpty {
            // Below these entries' own batch: lost in a crash with it, replaced by an erasure in
            // it, and without meaning where only they are left.
            try store.write(.batch, sync: false) { rows in
                for index in lacking { rows.putMissingManifest(at: index) }
            }
        }
        let passed = state.head
        state = try BatchWriter(store: store).commit(plan, on: state, time: clock()).state
        if passed.receipt == nil, passed.size < signedSize,
            try !store.hasEvidence(size: passed.size)
        {
            // A head that was never one: it only marked how far the last batch came.
            try store.write(.head, sync: false) { rows in rows.removeHead(size: passed.size) }
        }
        return lacking.count
    }

    private func candidates(
        _ leaves: [[UInt8]], _ entries: ReturnedEntries, at places: Range<UInt64>
    ) throws(LedgerError) -> [Candidate] {
        var statements: [Statement] = []
        var wanted: [UInt64: Hash] = [:]
        for (index, leaf) in zip(places, leaves) {
            do throws(Refusal) {
                statements.append(try Statement(leaf: leaf))
            } catch {
                throw .badRequest("entry \(index) cannot be put back: \(error)")
            }
            guard case .envelope(let digest, _, _) = statements[statements.count - 1].body,
                state.erasedManifests[digest] == nil
            else { continue }
            wanted[index] = digest
        }
        let manifests = entries.manifests(wanted)
        // No registry has judged them here: the plan checks key and signature of each again.
        return zip(places, statements).map { index, statement in
            Candidate(NamedStatement(statement), manifest: manifests[index], judgedBy: nil)
        }
    }

    /// The parts of a range that each lie within one bundle.
    func chunks(from first: UInt64, to end: UInt64) -> [Range<UInt64>] {
        let width = UInt64(TileID.width)
        guard first < end else { return [] }
        return (first / width...(end - 1) / width).map { bundle in
            max(first, bundle * width)..<min(end, (bundle + 1) * width)
        }
    }

    private static func digest(_ leaves: [[UInt8]]) -> Hash {
        .sha256(leaves.flatMap { Hash.sha256($0).bytes })
    }

    // MARK: - Memories

    /// Refuses heads that the store, as far as it goes, does not have the roots of.
    private func check(
        _ heads: SignedHeads, against range: CompactRange, from source: String
    ) throws(LedgerError) {
        for (size, root) in heads.roots where size <= range.size {
            guard try store.range(size: size).root == root else {
                throw .fork(
                    "\(source): a signed head of size \(size) contradicts this folder: one of "
                        + "them is another history, and must be looked into")
            }
        }
    }

    /// Raises the high-water file to the newest of `heads`.
    private func raise(to heads: SignedHeads) throws(LedgerError) {
        let remembered = highWater.newest
        var all = heads
        try all.add(size: remembered.size, root: remembered.root, from: options.highWater)
        guard let newest = all.newest, newest.size > remembered.size else { return }
        try highWater.raise(to: Self.checkpoint(newest.size, newest.root, state.registry))
    }

    /// Makes sure that the store does not contradict the high-water file, where it goes so far.
    private func checkNewest() throws(LedgerError) {
        var heads = SignedHeads()
        let newest = highWater.newest
        try heads.add(size: newest.size, root: newest.root, from: options.highWater)
        try check(heads, against: state.range, from: options.highWater)
    }

    /// Makes a high-water file with the newest known head: the store's own newest signed head, and
    /// the notes that the operator has from others.
    private static func makeHighWater(
        _ options: LedgerOptions, _ registry: Registry, _ store: Store,
        _ notes: [(name: String, note: [UInt8])]
    ) throws(LedgerError) {
        guard try !hasHighWater(options) else {
            throw .unfit(
                path: options.highWater, reason: "is there: it is not lost, and stays what counts")
        }
        var heads = SignedHeads()
        for (name, note) in notes { _ = try heads.add(note: note, registry, from: name) }
        guard var newest = heads.newest else { throw lostHighWater(options) }
        if let own = try store.newestSignedHead(), own.size > newest.size {
            newest = (own.size, own.root)
        }
        try HighWaterFile.create(
            at: options.highWater, origin: registry.origin,
            remembering: checkpoint(newest.size, newest.root, registry))
    }

    private static func hasHighWater(_ options: LedgerOptions) throws(LedgerError) -> Bool {
        do throws(FileError) {
            return try Place(options.highWater).status != nil
        } catch {
            throw LedgerError(error)
        }
    }

    private static func checkpoint(
        _ size: UInt64, _ root: Hash, _ registry: Registry
    ) throws(LedgerError) -> Checkpoint {
        do throws(CheckpointError) {
            return try Checkpoint(origin: registry.origin.text, size: size, root: root)
        } catch {
            throw .corrupt("a head of size \(size) cannot be written down: \(error)")
        }
    }

    private static func lostHighWater(_ options: LedgerOptions) -> LedgerError {
        .missing(
            path: options.highWater,
            reason: "is missing: it remembers the highest head that was ever signed here, and "
                + "without it a copy of the log could fork it. Put it back from the machine that "
                + "signed; where it is lost for ever, ask everybody for the newest checkpoint "
                + "that they have seen, and name it")
    }
}
