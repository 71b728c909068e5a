public import Checkpoints
import Encoding
import Foundation
import LedgerCheck
public import LedgerStore
public import Logging
import Merkle
public import Provenance
public import ServiceLifecycle
import Synchronization

/// A transparency log of signed statements in one folder: admission, order, proofs.
///
/// Exactly one process has a folder open. Reads and registrations may come from any task;
/// registrations are answered once they are durable.
public final class Ledger: Service, Sendable {
    /// The ledger's name: a URL without scheme.
    public let origin: Origin

    /// The EntryID of entry 0, which trust kits pin.
    public let genesis: EntryID

    /// Number of entries that were there when the folder was opened.
    let sizeAtStart: UInt64

    let options: LedgerOptions
    let published: Published
    let sequencer: Sequencer
    let indexer: KeyIndexer
    let upkeep: Upkeep
    let scrubber: Scrubber
    let eraser: Eraser
    let clock: @Sendable () -> UInt64
    let admissions = AdmissionCounters()

    /// Held while a key is made or handed over, so that one such call works at a time.
    let rotations = Mutex(())

    /// Opens the ledger in a folder, checks what start-up can check, and starts the sequencer.
    ///
    /// `clock` returns POSIX seconds; tests pass their own.
    public static func open(
        _ options: LedgerOptions, logger: Logger,
        clock: @escaping @Sendable () -> UInt64 = SystemClock.seconds
    ) throws(LedgerError) -> Ledger {
        try options.places.requireStore()
        let store = try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: false,
            makesIndex: options.index == .on, faultHook: options.faultHook)
        note(store, logger)
        let stored = try StoredLedger(store)
        let keyFolder = try LedgerKeys.folder(options.keys)
        try LedgerKeys.removeTemporaries(in: keyFolder)
        let origin = stored.registry.origin
        let highWater = try HighWaterFile(
            path: options.highWater, origin: origin, faultHook: options.faultHook)
        var state = try TreeState(stored, store: store)
        let stale = try staleness(of: state, highWater.newest, store)
        // What was made of a copy has no head to show before all entries are back.
        if let stale, state.head.receipt == nil, try store.newestSignedHead() == nil { throw stale }
        let keys = try LedgerKeys.opened(
            in: keyFolder, by: stored.registry, isOldCopy: stale != nil, path: options.keys)
        let hold = stale.map { SigningHold.store($0) } ?? (options.asksWitnesses ? .asking : nil)
        var signer = try HeadSigner(origin: origin, keys: keys, highWater: highWater)
        // A head that the high-water file remembers was signed, and perhaps seen, before: no
        // witness's word can be against it.
        let wasSigned =
            stale == nil && highWater.newest.size == state.head.size
            && highWater.newest.root == state.head.root
        if hold == nil || wasSigned, state.head.receipt == nil {
            // A crash came between the sync of the batch and the note: sign it now.
            state.head.receipt = try signer.sign(state.head, by: stored.registry)
            try store.put(state.head)
        }
        if stale == nil, state.head.receipt != nil {
            // A crash came between the head of a handover and the new name of its key.
            try LedgerKeys.settle(by: stored.registry, in: keyFolder)
            try signer.keepOnlyKeysInForce(by: stored.registry)
        }
        let published = try published(state, stored, hold, store, options)
        let sequencer = Sequencer(
            state: state, signer: signer, published: published,
            options: options, clock: clock, logger: logger)
        return Ledger(
            genesis: stored.registry.genesis, size: state.head.size, options: options,
            published: published,
            sequencer: sequencer, clock: clock, logger: logger)
    }

    /// Says what opening the store has changed in it.
    private static func note(_ store: Store, _ logger: Logger) {
        if store.hasUpgraded {
            logger.notice(
                """
                the folder had storage format 1 and is being migrated: older programs do not open \
                it any more
                """)
        }
        if store.hasEmptiedKeys {
            logger.warning(
                """
                the family keys had rows of entries that are not there, or a damaged table: all \
                its rows are written again
                """)
        }
    }

    /// What is published when the ledger is opened.
    private static func published(
        _ state: TreeState, _ stored: StoredLedger, _ hold: SigningHold?, _ store: Store,
        _ options: LedgerOptions
    ) throws(LedgerError) -> Published {
        let signed: PublishedView
        if state.head.receipt == nil {
            // It is not signed now, so the one before it is the newest.
            guard let head = try store.newestSignedHead() else {
                throw .corrupt("no head was ever signed")
            }
            signed = PublishedView(
                head: head, range: try store.range(size: head.size),
                registry: stored.registry.newestIndex < head.size
                    ? stored.registry : try store.registry(below: head.size))
        } else {
            signed = PublishedView(
                head: state.head, range: state.range, registry: stored.registry)
        }
        let rule = WitnessRule(options.witnessPolicy, requiresQuorum: options.requiresQuorum)
        let finder = ServedHead(store: store, rule: rule)
        let floor = try finder.floor(signed: signed)
        let served = try finder.first(signed: signed, floor: floor)
        if options.servesHeads {
            let seen = max(floor, served?.head.size ?? 0)
            if !rule.hasQuorum {
                try store.put(ServedMark.each)
            } else if seen > 0 {
                try store.put(ServedMark.size(seen))
            }
        }
        return Published(
            store: store, signed: signed, served: served, floor: floor, rule: rule,
            hold: hold, portions: KeyPortions(try store.keysCover(), limits: options.epochs),
            index: IndexStanding(isOn: try isIndexOn(options, store)),
            erasures: ErasureWatch(
                stored.erasures, doneBelow: try store.erasureMark()?.doneBelow ?? 0))
    }

    private static func isIndexOn(
        _ options: LedgerOptions, _ store: Store
    ) throws(LedgerError) -> Bool {
        switch options.index {
        case .off: false
        case .on: true
        case .asLogged:
            try store.isMadeWithIndex() ? true : store.newestIndexHead() != nil
        }
    }

    private init(
        genesis: EntryID, size: UInt64, options: LedgerOptions, published: Published,
        sequencer: Sequencer,
        clock: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        self.origin = published.registry.origin
        self.genesis = genesis
        sizeAtStart = size
        self.options = options
        self.published = published
        self.sequencer = sequencer
        self.clock = clock
        indexer = KeyIndexer(
            published: published, options: options,
            ask: { [queue = sequencer.queue] order in queue.ask(for: order) }, logger: logger)
        upkeep = Upkeep(
            published: published, seconds: options.upkeepSeconds, clock: clock, logger: logger)
        scrubber = Scrubber(
            options.scrub, source: { published.underScrub },
            load: { [queue = sequencer.queue] in queue.count }, clock: clock, logger: logger)
        eraser = Eraser(published: published, logger: logger)
        sequencer.start()
        published.publication.start()
        indexer.start()
        upkeep.start()
        scrubber.start()
        eraser.start()
    }

    /// The registry that the waiting control statements will leave.
    var outlook: RegistryOutlook { sequencer.outlook }

    /// Why nothing is registered now; nil where the ledger is ready.
    public var readiness: String? { published.readiness?.words }

    /// What can be done about it; nil where the ledger is ready.
    public var remedy: Remedy? { published.readiness?.error.remedy }

    /// Runs until graceful shutdown, then answers everything that was accepted and closes.
    public func run() async throws {
        try? await gracefulShutdown()
        close()
    }

    /// Answers everything that was accepted and closes the folder.
    ///
    /// Closing again does nothing.
    public func close() {
        sequencer.stop()
        published.publication.stop()
        indexer.stop()
        scrubber.stop()
        upkeep.stop()
        eraser.stop()
        published.store.close()
    }

    /// Says why the store must not sign: it is older than a head that was signed here.
    ///
    /// Such a folder is an old copy. Signing on from it would fork the log (reliability.md).
    private static func staleness(
        of state: TreeState, _ highest: Checkpoint, _ store: Store
    ) throws(LedgerError) -> LedgerError? {
        guard state.head.size >= highest.size else {
            let missing = NamedEntries(state.head.size..<highest.size)
            return .oldCopy(
                "\(missing.are) missing: this folder has \(state.head.size) entries, but a head "
                    + "of \(highest.size) was signed; it is an old copy and does not sign until "
                    + "\(missing.theyAre) put back (colophond restore)")
        }
        guard try store.range(size: highest.size).root == highest.root else {
            return .fork(
                "this folder contradicts the signed head of size \(highest.size): "
                    + "it is another history and does not sign")
        }
        return nil
    }
}
