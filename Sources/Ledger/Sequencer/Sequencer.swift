import Checkpoints
import Encoding
import Files
import Jobs
import LedgerStore
import Logging
import Manifests
import Merkle
import Metrics
import Provenance
import Synchronization

/// Gives entries their order, and writes each batch with its head.
///
/// It has a thread of its own, because a sync blocks. One round takes the chunks that are queued,
/// plans a batch, commits it with one synced write, signs the head, publishes it and answers.
/// The next batch gathers while this one syncs, and a little longer where many register
/// (``Gathering``). The indexer, the eraser and the upkeep write behind it; ``StoreWriter`` lets in
/// one write at a time.
///
/// `@unchecked Sendable`: `state`, `recent`, `signer` and `failure` belong to the thread. What
/// other threads read is guarded by the mutexes of `published` and `freshHashes`.
final class Sequencer: @unchecked Sendable {
    /// Bytes that must be free before a store that failed to write is opened again: opening
    /// writes too, and closing it first would end the reads that still go on.
    private static let roomBytes = UInt64(2 * BatchLimits.bytes)

    /// Seconds between two attempts to open a store again that failed to write.
    private static let retryDelay = Duration.seconds(1)

    let queue: SequencerQueue
    let published: Published

    /// The registry that the waiting control statements will leave.
    let outlook = RegistryOutlook()

    /// The hashes of newly registered pictures, where somebody follows them.
    let freshHashes = FreshHashes()

    private let options: LedgerOptions
    private let logger: Logger
    private let clock: @Sendable () -> UInt64
    private var signer: HeadSigner
    private let metrics = SequencerMetrics()
    private var state: TreeState
    private var recent: RecentEntries
    private var failure: (error: LedgerError, retryAt: ContinuousClock.Instant)?
    private let thread = BackgroundThread()

    init(
        state: TreeState, signer: HeadSigner, published: Published,
        options: LedgerOptions, clock: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        self.state = state
        recent = RecentEntries(after: state.head.size)
        self.signer = signer
        self.published = published
        self.options = options
        self.clock = clock
        self.logger = logger
        queue = SequencerQueue(
            entryLimit: options.queuedEntries, byteLimit: options.queuedBytes)
    }

    /// Starts the thread; call once.
    func start() {
        // The store is looked at, and opened again where it has failed.
        published.observeFailures { [queue] in queue.nudge() }
        thread.start("sequencer") { [self] in
            // Writing may have stopped, and clients that wait for readiness then submit nothing. So
            // an attempt is made without a submission, once it is due.
            var gathering = Gathering()
            while let (chunks, head) = queue.take(
                gathering: gathering.end, until: failure?.retryAt)
            {
                let start = ContinuousClock.now
                if let order = chunks.first?.handover {
                    order.decided(
                        Result { () throws(LedgerError) in try handOver(order) })
                } else {
                    process(chunks, head)
                }
                gathering.note(chunks: chunks.count, from: start, to: .now)
            }
        }
    }

    /// Takes no more, answers everything that waits, and returns when the thread has ended.
    func stop() {
        thread.stop { queue.close() }
    }

    private func process(_ chunks: [SequencerQueue.Chunk], _ order: IndexHeadOrder?) {
        metrics.queued.record(queue.count)
        let candidates = chunks.flatMap(\.candidates)
        let answer: ChunkAnswer
        let hold = published.hold
        do throws(LedgerError) {
            try requireWriting(unless: hold)
            let head = order.flatMap { place($0) }
            answer = try register(candidates, head)
            if let head { order?.decide(.logged(head)) }
        } catch {
            if hold == nil { fail(error) }
            order?.decide(.failed(error))
            let refusal = Refusal(.storage, field: "ledger", rule: "\(error)")
            answer = ChunkAnswer(
                outcomes: candidates.map { _ in .refused(refusal) }, batch: nil)
        }
        // The registry after them is published, where they were registered.
        outlook.remove(chunks.reduce(0) { $0 + $1.controls })
        var position = 0
        for chunk in chunks {
            let end = position + chunk.candidates.count
            chunk.decided(
                ChunkAnswer(
                    outcomes: Array(answer.outcomes[position..<end]), batch: answer.batch))
            position = end
        }
    }

    private func requireWriting(unless hold: SigningHold?) throws(LedgerError) {
        if let hold { throw hold.unready.error }
        if failure == nil, let error = published.store.writer.failed { throw error }
        if failure != nil { try recover() }
        guard state.head.receipt == nil else { return }
        // A crash left it, and signing was held when the ledger was opened.
        _ = try publish()
        settleKeys()
    }

    // MARK: - Index heads

    /// Signs the index head that is asked for, for the end of the tree, and holds it to its place;
    /// nil where the order is answered already.
    ///
    /// It only reads. A row or a key that fails it keeps the index from going on, and no statement
    /// from being registered.
    private func place(_ order: IndexHeadOrder) -> PlacedIndexHead? {
        do throws(LedgerError) {
            return try drafted(order)
        } catch {
            order.decide(.failed(error))
            return nil
        }
    }

    private func drafted(_ order: IndexHeadOrder) throws(LedgerError) -> PlacedIndexHead? {
        let (store, registry, newest) = (published.store, state.registry, state.indexHead)
        if let newest, newest.head.size >= order.size {
            // A batch whose commit failed may be there after all.
            let isSame = newest.head.size == order.size && newest.head.map == order.map
            order.decide(
                isSame
                    ? .logged(newest)
                    : .refused("entry \(newest.index) covers \(newest.head.size) entries already"))
            return nil
        }
        guard order.size <= state.range.size else {
            order.decide(.refused("the log has \(state.range.size) entries"))
            return nil
        }
        let ledgerKey = try signer.ledgerKey(by: registry)
        let tree = try store.range(size: order.size).root
        let coversOther = try store.hasOther(than: (newest?.head.size ?? 0)..<order.size)
        let isPublished = try store.head(size: order.size)?.receipt != nil
        let head: IndexHead
        do throws(Refusal) {
            head = try IndexHeadDraft(
                after: newest?.head, of: registry.genesis, origin: registry.origin.text,
                size: order.size, tree: tree, map: order.map, time: clock()
            ).sign(with: ledgerKey)
        } catch {
            // It says nothing of the map.
            throw .cannotSign("no index head is logged: \(error)")
        }
        do throws(IndexHeadFault) {
            try IndexHeadPlace(state.range.size, below: registry, after: newest?.head).check(
                head, tree: tree, coversOther: coversOther, isPublished: isPublished)
            return PlacedIndexHead(head, at: state.range.size)
        } catch {
            switch error {
            case .unpublished: order.decide(.late)
            case .otherKey, .signature: throw .cannotSign("no index head is logged: \(error)")
            default: order.decide(.refused("\(error)"))
            }
            return nil
        }
    }

    // MARK: - Keys that change

    /// Hands over a key: one batch with the one entry that says so, whose head the new key signs.
    private func handOver(_ order: Handover) throws(LedgerError) -> UInt64 {
        let hold = published.hold
        try stopping(unless: hold) { () throws(LedgerError) in
            try requireWriting(unless: hold)
        }
        let ledgerKey = try signer.ledgerKey(by: state.registry)
        let candidate = try order.candidate(on: state, by: ledgerKey, at: clock())
        try signer.add(order.next, for: order.which)
        let outcome = try stopping(unless: hold) { () throws(LedgerError) in
            try register([candidate]).outcomes[0]
        }
        // Where the batch failed the keys stay: whether it is on the disk is not known yet.
        try signer.keepOnlyKeysInForce(by: state.registry)
        return try outcome.index
    }

    /// Stops writing where `body` fails, unless nothing was to be written.
    private func stopping<Value>(
        unless hold: SigningHold?, _ body: () throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        do throws(LedgerError) {
            return try body()
        } catch {
            if hold == nil { fail(error) }
            throw error
        }
    }

    /// Completes a handover that is in the log, once the newest head is signed.
    ///
    /// Its head could not be signed at start-up, or it came to be known by a recovery.
    private func settleKeys() {
        do throws(LedgerError) {
            try LedgerKeys.settle(by: state.registry, in: LedgerKeys.folder(options.keys))
            try signer.keepOnlyKeysInForce(by: state.registry)
        } catch {
            // The next start, or the next handover, tries again.
            logger.error("a key that was handed over stays", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: - Batches

    private func register(
        _ candidates: [Candidate], _ head: PlacedIndexHead? = nil
    ) throws(LedgerError) -> ChunkAnswer {
        let store = published.store
        let lookups = try lookups(of: candidates, in: store)
        let plan = try BatchPlan(
            state: state, candidates: candidates, lookups: lookups, indexHead: head)
        let outcomes = try nameConflicts(in: plan.outcomes, lookups, store)
        guard !plan.isEmpty else { return ChunkAnswer(outcomes: outcomes, batch: nil) }
        let start = ContinuousClock.now
        let (next, tree) = try BatchWriter(store: store).commit(plan, on: state, time: clock())
        state = next
        recent.append(plan.accepted)
        // Hidden before the head that logs the erasures is published.
        published.erasures.add(plan.erasures)
        keepHashes(of: plan, from: tree.base.size)
        // Listed before the head that covers them is shown.
        published.portions.append(plan.keys, from: tree.base.size)
        let receipt = try publish()
        let elapsed = ContinuousClock.now - start
        metrics.sync.record(duration: elapsed)
        metrics.batch.record(plan.accepted.count)
        return ChunkAnswer(
            outcomes: outcomes, batch: CommittedBatch(tree: tree, receipt: receipt))
    }

    /// Keeps the hashes of a batch's pictures for whoever follows them: before its head is shown,
    /// so that nobody reads their rows.
    private func keepHashes(of plan: BatchPlan, from first: UInt64) {
        guard freshHashes.isWanted else { return }
        // What is kept may be of manifests that are erased now.
        if !plan.erasures.isEmpty { freshHashes.removeAll() }
        freshHashes.append(plan.looks, from: first)
    }

    /// What is stored under the candidates' names: what they were told when they were looked up,
    /// and what has come since.
    private func lookups(
        of candidates: [Candidate], in store: Store
    ) throws(LedgerError) -> BatchPlan.Lookups {
        var names: [StoredNames] = []
        var unknown: [Int] = []
        names.reserveCapacity(candidates.count)
        for (position, candidate) in candidates.enumerated() {
            if let lookup = candidate.lookup, recent.isComplete(since: lookup.size) {
                let entry = recent.entry(ofNonce: candidate.nonce)
                names.append(
                    StoredNames(
                        index: entry?.id == candidate.id ? entry?.index : nil,
                        nonceIndex: lookup.nonceIndex ?? entry?.index))
            } else {
                names.append(StoredNames())
                unknown.append(position)
            }
        }
        let stored = try store.names(of: unknown.map { candidates[$0].named })
        for (position, found) in zip(unknown, stored) { names[position] = found }
        let published = published
        return BatchPlan.Lookups(
            names: names, in: store,
            listed: { artifact, start, end, limit throws(LedgerError) in
                try published.knownEntries(
                    of: .artifact(artifact), in: store, from: start, below: end, limit: limit)
            }, clock: clock)
    }

    /// Signs the newest head, stores the note and shows it.
    ///
    /// The note's row is written without a sync: lost in a crash, it is made again from the
    /// stored time. Nobody sees a head whose high-water mark is not on disk.
    private func publish() throws(LedgerError) -> HeadReceipt {
        let store = published.store
        let receipt = try signer.sign(state.head, by: state.registry)
        state.head.receipt = receipt
        try store.put(state.head)
        published.show(state)
        metrics.size.record(state.head.size)
        return receipt
    }

    /// Names the entry that holds a contested nonce.
    private func nameConflicts(
        in outcomes: [Outcome], _ lookups: BatchPlan.Lookups, _ store: Store
    ) throws(LedgerError) -> [Outcome] {
        var named = outcomes
        for (position, outcome) in outcomes.enumerated() {
            guard case .refused(let refusal) = outcome, refusal.reason == .conflict,
                refusal.existing == nil, let index = lookups.names[position].nonceIndex
            else { continue }
            let existing = Hash.sha256(try store.leaf(index))
            named[position] = .refused(BatchPlan.conflict(with: existing))
        }
        return named
    }

    /// Stops writing: whether the batch is on disk is not known, and nothing may be built on it.
    private func fail(_ error: LedgerError) {
        if failure == nil {
            logger.error("writing stopped", metadata: ["reason": "\(error)"])
        }
        // Those who ask again and again must not put the next attempt off.
        let retryAt = failure?.retryAt ?? .now + Self.retryDelay
        failure = (error, retryAt)
        published.setReadiness(Unready(error, saying: "writing has stopped: \(error)"))
    }

    /// Opens the folder again and takes its content as the truth, if it extends all that was
    /// published; until then reads go on from the old opening.
    private func recover() throws(LedgerError) {
        guard let failure, .now >= failure.retryAt else {
            throw failure?.error ?? .tryAgain("writing has stopped")
        }
        self.failure?.retryAt = .now + Self.retryDelay
        let free: UInt64
        do throws(FileError) {
            free = try Folder(options.data).freeByteCount
        } catch {
            throw LedgerError(error, saying: "writing has stopped: \(error.words)")
        }
        guard free >= Self.roomBytes else {
            throw .diskFull(
                path: options.data, reason: "the disk is full: \(free) bytes are free in it")
        }
        state = try published.reopen(options: options, logger: logger)
        // It may hold a batch whose commit failed: nobody was told of it, and it is not recent.
        recent = RecentEntries(after: state.head.size)
        // It may hold an erasure, too.
        freshHashes.removeAll()
        if state.head.receipt == nil { _ = try publish() }
        published.show(state)
        // It may hold a handover too.
        settleKeys()
        published.setReadiness(nil)
        self.failure = nil
        logger.notice("writing goes on", metadata: ["size": "\(state.head.size)"])
    }
}
