import Checkpoints
import LedgerStore
import Logging
import Merkle
import Provenance
import Synchronization

/// The published state: the store, the newest signed head, and the head that is served.
///
/// The **signed** head is the newest that the sequencer has made. The **served** head is the newest
/// that meets the quorum of the witnesses' policy; without a quorum they are one. The **newest**
/// head is the newest that anyone may see: the signed one, or with a required quorum the served one
/// (log.md §4).
final class Published: Sendable {
    private struct State {
        var store: Store
        var signed: PublishedView
        /// Used only where the rule has a quorum; nil where no head may be seen yet.
        var served: PublishedView?
        var rule: WitnessRule
        /// Size below which no head is served: somebody has seen a larger one.
        var floor: UInt64
        /// Time of the oldest signed head that the served one does not cover, or of one before it;
        /// nil where it covers all.
        var unservedSince: UInt64?
        var readiness: Unready?
        var hold: SigningHold?
        var whenWritingFails: (@Sendable () -> Void)?

        var newestSize: UInt64 {
            rule.holdsBack ? served?.head.size ?? 0 : signed.head.size
        }

        /// The signed head's size where no quorum decides which head may be dated, else 0.
        var freelyDatedSize: UInt64 { rule.hasQuorum ? 0 : signed.head.size }
    }

    private let state: Mutex<State>

    /// The progress of the erasures.
    let erasures: ErasureWatch

    /// Who waits for the next signed head.
    let signedHeads: HeadWatch

    /// Who waits for the next head that may be dated: one that meets the quorum, where there is
    /// one.
    let headsToDate: HeadWatch

    /// Who waits until an entry is published.
    let publication: PublicationWatch

    /// The keys of entries whose rows are not written yet.
    let portions: KeyPortions

    /// The map of the index.
    let index: IndexStanding

    /// What is known of the evidence about heads.
    let anchors = AnchorMemory()

    /// `served` and `floor` are those that ``ServedHead`` finds.
    init(
        store: Store, signed: PublishedView, served: PublishedView?, floor: UInt64,
        rule: WitnessRule, hold: SigningHold?, portions: KeyPortions, index: IndexStanding,
        erasures: ErasureWatch
    ) {
        self.index = index
        self.erasures = erasures
        self.portions = portions
        let state = State(
            store: store, signed: signed, served: served, rule: rule, floor: floor,
            unservedSince: Self.unserved(signed, served, rule),
            readiness: nil, hold: hold)
        signedHeads = HeadWatch(size: signed.head.size)
        headsToDate = HeadWatch(
            size: rule.hasQuorum
                ? Self.meetingQuorum(served?.head, rule)?.claim.size ?? 0 : signed.head.size)
        publication = PublicationWatch(size: state.newestSize)
        self.state = Mutex(state)
    }

    /// Since when entries wait for the quorum at the start, as far as heads tell.
    private static func unserved(
        _ signed: PublishedView, _ served: PublishedView?, _ rule: WitnessRule
    ) -> UInt64? {
        guard rule.hasQuorum else { return nil }
        guard let served else { return signed.head.time }
        return served.head.size < signed.head.size ? served.head.time : nil
    }

    var store: Store { state.withLock { $0.store } }

    // MARK: - The signed head

    /// The newest signed head.
    var head: HeadRow { state.withLock { $0.signed.head } }

    /// Size of the newest signed head.
    var size: UInt64 { state.withLock { $0.signed.head.size } }

    /// The registry below the newest signed head.
    var registry: Registry { state.withLock { $0.signed.registry } }

    /// The newest signed head and the registry below it.
    var headAndRegistry: (head: HeadRow, registry: Registry) {
        state.withLock { ($0.signed.head, $0.signed.registry) }
    }

    /// Store and newest signed head of one moment.
    var snapshot: (store: Store, head: HeadRow) {
        state.withLock { ($0.store, $0.signed.head) }
    }

    /// What a round of the scrub goes round.
    var underScrub: (store: Store, head: HeadRow, erasing: Set<Hash>) {
        // Asked first: what is erased after it is found erased.
        let pending = Set(erasures.unmarked.keys)
        let (store, head) = snapshot
        return (store, head, pending)
    }

    /// Shows a tree whose head is signed.
    func show(_ tree: TreeState) {
        let (newest, dated) = state.withLock {
            $0.signed = PublishedView(
                head: tree.head, range: tree.range, registry: tree.registry)
            if $0.rule.hasQuorum, $0.unservedSince == nil,
                $0.served.map({ $0.head.size < tree.head.size }) ?? true
            {
                $0.unservedSince = tree.head.time
            }
            return ($0.newestSize, $0.freelyDatedSize)
        }
        portions.headShown(size: tree.head.size)
        signedHeads.rise(to: tree.head.size)
        headsToDate.rise(to: dated)
        publication.rise(to: newest)
    }

    // MARK: - What anyone may see

    /// The rule by which heads are served.
    var rule: WitnessRule { state.withLock { $0.rule } }

    /// Whether a head that lacks the quorum is shown to nobody.
    var holdsBack: Bool { state.withLock { $0.rule.holdsBack } }

    /// The store, and the number of entries that may be read in it.
    var readable: (store: Store, size: UInt64) {
        state.withLock { ($0.store, $0.newestSize) }
    }

    /// The store, the newest head that may be seen, and the registry below it; nil where no head
    /// may be seen yet.
    var newest: (store: Store, view: PublishedView)? {
        state.withLock { state in
            (state.rule.holdsBack ? state.served : state.signed).map { (state.store, $0) }
        }
    }

    /// The head that is served; nil where no head may be seen yet.
    var served: HeadRow? {
        state.withLock { $0.rule.hasQuorum ? $0.served?.head : $0.signed.head }
    }

    /// Size of the newest head that somebody may have seen as the served one.
    var seenSize: UInt64 {
        state.withLock { state in
            guard state.rule.hasQuorum else { return state.signed.head.size }
            return max(state.served?.head.size ?? 0, state.floor)
        }
    }

    /// Since when there are entries that the served head does not cover, in POSIX seconds; nil
    /// where there are none.
    var unservedSince: UInt64? { state.withLock { $0.unservedSince } }

    /// The tree that the receipt of an entry is made in: that of the served head where it covers
    /// the entry, else that of the newest one; nil where that does not cover it either.
    func tree(covering index: UInt64) -> PublishedTree? {
        // The registry is left alone: it has much to retain, and a receipt is asked for often.
        let found = state.withLock { state -> (Store, HeadRow, CompactRange)? in
            if state.rule.hasQuorum, let served = state.served, index < served.head.size {
                return (state.store, served.head, served.range)
            }
            guard !state.rule.holdsBack, index < state.signed.head.size else { return nil }
            return (state.store, state.signed.head, state.signed.range)
        }
        return found.map { PublishedTree(store: $0, head: $1, range: $2) }
    }

    /// Serves a head that meets the quorum, unless one is served that is larger.
    func serve(_ view: PublishedView) {
        let newest = state.withLock { state in
            let least = max(state.served?.head.size ?? 0, state.floor)
            guard state.rule.hasQuorum, view.head.size >= least else { return state.newestSize }
            state.served = view
            state.unservedSince =
                view.head.size < state.signed.head.size ? view.head.time : nil
            return state.newestSize
        }
        headsToDate.rise(to: view.head.size)
        publication.rise(to: newest)
    }

    /// Serves heads by another rule from now on; what was shown stays.
    func change(_ rule: WitnessRule) {
        let dated = state.withLock { state in
            if !state.rule.hasQuorum { state.served = state.signed }
            state.rule = rule
            if !rule.hasQuorum { state.unservedSince = nil }
            return state.freelyDatedSize
        }
        headsToDate.rise(to: dated)
    }

    /// Shows more evidence for a head, where it is one of those that are shown.
    func show(evidenceIn head: HeadRow) {
        state.withLock {
            if $0.signed.head.size == head.size { $0.signed.head.receipt = head.receipt }
            if $0.served?.head.size == head.size { $0.served?.head.receipt = head.receipt }
        }
    }

    /// The signed and the served tree of one moment.
    var views: (signed: PublishedView, served: PublishedView?, rule: WitnessRule) {
        state.withLock { ($0.signed, $0.served, $0.rule) }
    }

    // MARK: - Whether statements are registered

    /// Why nothing is registered now; nil where the ledger is ready.
    var readiness: Unready? { state.withLock { $0.hold?.unready ?? $0.readiness } }

    func setReadiness(_ reason: Unready?) {
        state.withLock { $0.readiness = reason }
    }

    /// Why nothing is signed; nil where heads may be signed.
    var hold: SigningHold? { state.withLock { $0.hold } }

    /// Changes what keeps heads from being signed, and returns what does now.
    @discardableResult
    func changeHold(_ change: (SigningHold?) -> SigningHold?) -> SigningHold? {
        state.withLock {
            $0.hold = change($0.hold)
            return $0.hold
        }
    }

    /// Has `body` called when a write behind the sequencer has failed.
    func observeFailures(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenWritingFails = body }
    }

    /// Says that a write behind the sequencer may have failed: only the sequencer opens the store
    /// again, and it may have nothing else to do.
    func writingMayHaveFailed() {
        state.withLock { $0.whenWritingFails }?()
    }

    /// Closes the store and opens it again, and returns the tree that is found in it.
    ///
    /// After a failed write RocksDB refuses all later ones, and whether the batch reached the
    /// disk is not known. What a new opening recovers is the truth; it must hold every head that
    /// was published, and may hold one more batch, which nobody was told of.
    func reopen(options: LedgerOptions, logger: Logger) throws(LedgerError) -> TreeState {
        let (old, head) = snapshot
        // Asked first: reads go on from the old opening where there can be no new one.
        try Store.requireOwnTables(of: options.places)
        // A compaction under way would keep the folder from being opened.
        old.stopCompactions()
        old.close()
        let store = try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: false,
            faultHook: options.faultHook)
        let found = try StoredLedger(store)
        guard found.head.size >= head.size, try store.range(size: head.size).root == head.root
        else {
            throw .corrupt("what was written does not extend the head of size \(head.size)")
        }
        let cover = try store.keysCover()
        erasures.add(found.erasures)
        // In this order: whoever has the new store finds no portions of before, which would be
        // written to it a second time.
        portions.reset(cover)
        state.withLock { $0.store = store }
        return try TreeState(found, store: store)
    }
}
