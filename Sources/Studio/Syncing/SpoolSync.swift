import Encoding
import Files
import HTTPCalls
package import LedgerClient
import Manifests
package import Provenance

/// Brings the records of a spool to its ledger, and the receipts back (spool.md §4).
///
/// What was sent before is asked for first, then records go in the order of their numbers. A
/// record is put among the submitted ones before it is sent, gets its receipt while it lies there,
/// and is then put among the registered ones. So a kill at any moment leaves a state from which
/// the next sync goes on, and nothing is entered twice.
package actor SpoolSync {
    let spool: Spool
    let client: LedgerClient
    let onEvent: @Sendable (SyncEvent) -> Void

    private let newKit: @Sendable () -> TrustKit?
    private let makeGate: (@Sendable (LedgerClient) async -> any RecordGate)?
    private let onPass: @Sendable (LedgerClient, SyncPass) async -> String?

    /// How long to wait after so many failures in a row, and as the ledger asks.
    private let wait: @Sendable (_ failures: Int, _ retryAfter: Duration?) -> Duration

    /// Holds receipts to their records, by the newest trust kit.
    var judge: ReceiptJudge

    var sum = SyncSum()
    var window = SyncWindow()

    /// Answered items of this pass, whatever they said.
    var answers = 0

    /// Records that were sent before, and of which the ledger has said in this pass that it does
    /// not have them.
    var unknown: [SpoolRecord] = []

    /// Records that were sent before, and that the ledger has by all that is known.
    var arrived: [SpoolRecord] = []

    /// Names of records that the ledger was asked about in this pass, and has.
    var known: Set<Text> = []

    /// Refusals that no checkpoint of the spool's ledger stands behind yet.
    var refusals: [(content: SpoolContent, problem: ProblemDetails)] = []

    /// Whether the address has shown in this pass that the spool's ledger answers there.
    var isConfirmed = false

    /// Answers whose receipts are not on the disk yet.
    var receipts: [Answered] = []

    /// The words of the newest failure of a record in this pass; nil where there was none.
    var trouble: String?

    /// What keeps this pass from writing to the spool; nil where nothing does.
    var broken: SpoolError?

    /// Names of records that are entries, and whose receipts follow.
    var following: Set<Text> = []

    /// Names of records whose receipts prove nothing: each is asked about once in a while.
    var unproven: Set<Text> = []

    /// Names of records that cannot be read.
    var failed: Set<Text> = []

    /// Records that are held back in this pass, by their names, with the reason.
    var held: [Text: (record: SpoolRecord, reason: String)] = [:]

    /// When the ledger is asked again about records that are held back.
    var nextHeldQuestion: ContinuousClock.Instant = .now

    /// What was told of records that are held back, by their names.
    var toldHeld: [Text: String] = [:]

    /// Records that have their receipts, and lack a proof about the head that was seen.
    var unprovenSeen: [SeenPair: [SpoolRecord]] = [:]

    /// The number of these records.
    var seenCount = 0

    /// Records that have their end, and those that are to get it in this pass.
    private var goal = 0

    /// When records are tried again that the sync cannot mend itself; nil where there are none.
    private var secondLook: ContinuousClock.Instant?

    /// When `pending` was last seen to have nothing new, as its own time of change.
    private var quietSince: Int64?

    /// Creates a sync.
    ///
    /// - Parameters:
    ///   - kit: the trust kit that verifies receipts; nil where their arithmetic must do.
    ///   - newKit: called before each pass; gives the kit where it is another one by now.
    ///   - wait: how long to wait after so many failures in a row, and as the ledger asks.
    ///   - gate: makes what holds records back, for each pass; nil where nothing does.
    ///   - onPass: called after each pass, for what is to be renewed while there is a network;
    ///     returns words for what went wrong with that.
    ///   - onEvent: called for each record with its outcome.
    package init(
        of spool: Spool, client: LedgerClient, kit: TrustKit?,
        newKit: @escaping @Sendable () -> TrustKit? = { nil },
        wait: @escaping @Sendable (_ failures: Int, _ retryAfter: Duration?) -> Duration,
        gate: (@Sendable (LedgerClient) async -> any RecordGate)? = nil,
        onPass: @escaping @Sendable (LedgerClient, SyncPass) async -> String? = { _, _ in nil },
        onEvent: @escaping @Sendable (SyncEvent) -> Void
    ) {
        self.spool = spool
        self.client = client
        judge = ReceiptJudge(kit)
        self.wait = wait
        makeGate = gate
        self.newKit = newKit
        self.onPass = onPass
        self.onEvent = onEvent
    }

    /// How one pass over all records ended.
    struct PassEnd {
        /// Why the ledger is out of reach; nil where it answered.
        var failure: CallError?

        /// How long the ledger asks to wait.
        var retryAfter: Duration?

        /// Why the spool cannot be used; nil where it can.
        var spoolError: SpoolError?

        /// Whether the failure brought the next body down to what may get through: it does not
        /// count as one.
        var isSmaller = false
    }

    /// Syncs until all that can be is done, or for ever.
    ///
    /// Where the task is cancelled, what was answered by then is completed.
    ///
    /// - Parameter follows: whether it goes on when everything is done, and for however long the
    ///   ledger is out of reach.
    package func run(following follows: Bool) async -> SyncEnd {
        var (failures, idle) = (0, 0)
        while true {
            let before = progress
            let registered = sum.registered
            let end = await pass()
            let words = await onPass(
                client, SyncPass(hasAnswers: answers > 0, isWhole: end.failure == nil))
            trouble = trouble ?? words
            // What was stopped by its owner is no trouble.
            if !Task.isCancelled { keepTrouble(end) }
            if progress != before {
                (failures, idle) = (1, 0)
            } else if end.failure != nil, answers > 0, idle < SyncLimit.idleTries {
                // The ledger is there, and the line broke before anything got through.
                idle += 1
            } else if !end.isSmaller {
                failures += 1
            }
            guard !Task.isCancelled else { return ended(end) }
            let isWhole = end.failure == nil && end.spoolError == nil && sum.open == 0
            // What was registered just now may open the gate, and the newest head is young now.
            if isWhole, !held.isEmpty, sum.registered > registered { continue }
            tellHeld()
            if isWhole {
                guard follows else { return ended(end) }
                failures = 0
                onEvent(.idle(sum))
                guard await look() else { return ended(end) }
                continue
            }
            guard follows || failures < SyncLimit.tries && Self.isWorthWaiting(end) else {
                return ended(end)
            }
            let time = wait(max(1, failures), end.retryAfter)
            onEvent(.waiting(end.failure, time))
            do {
                try await Task.sleep(for: time)
            } catch {
                return ended(end)
            }
        }
    }

    /// How far the sync has come: while this grows, no failure is one too many.
    private var progress: [Int] {
        [sum.registered, sum.refused, following.count, unproven.count, failed.count]
    }

    private static func isWorthWaiting(_ end: PassEnd) -> Bool {
        end.spoolError == nil && end.failure?.isTransient != false
    }

    private func ended(_ end: PassEnd) -> SyncEnd {
        SyncEnd(
            sum: sum, failure: Task.isCancelled ? nil : end.failure, spoolError: end.spoolError,
            isStopped: Task.isCancelled)
    }

    // MARK: - A pass

    /// Asks about all that was sent before, then sends all that is to be sent, each once.
    private func pass() async -> PassEnd {
        (answers, unknown, arrived, known) = (0, [], [], [])
        (trouble, broken, held) = (nil, nil, [:])
        (refusals, isConfirmed) = ([], false)
        if let kit = newKit() { (judge, unproven) = (ReceiptJudge(kit), []) }
        if secondLook.map({ $0 <= .now }) == true { (unproven, failed) = ([], []) }
        var end = PassEnd()
        do throws(SpoolError) {
            let sent = try open(.submitted)
            // Where a crash has left both names, it is a submitted one.
            let names = Set(sent.map(\.key))
            try spool.move(
                try open(.pending).filter { names.contains($0.key) }, to: .submitted)
            count(sent.count + (try open(.pending).count))
            try await probe(sent, &end)
            if end.failure == nil, !Task.isCancelled {
                try await send(makeGate?(client), &end)
                try await askAboutHeld(&end)
            }
            count(try open(.pending).count + open(.submitted).count)
            if end.failure == nil { try await proveSeen() }
        } catch {
            end.spoolError = error
        }
        return end
    }

    /// The records in this state that are worth a try.
    func open(_ state: SpoolRecord.State) throws(SpoolError) -> [SpoolRecord] {
        try spool.records(in: state).filter { record in
            !failed.contains(record.key) && !unproven.contains(record.key)
        }
    }

    private func count(_ open: Int) {
        goal = sum.registered + sum.refused + open
        sum.held = held.count
        sum.unproven = unproven.count
        sum.failed = failed.count
        sum.waiting = open + unproven.count + failed.count
        if unproven.isEmpty, failed.isEmpty {
            secondLook = nil
        } else if secondLook == nil {
            secondLook = .now + SyncLimit.secondLook
        }
    }

    /// Keeps why this pass did not do all that it was asked for, for whoever looks at the spool.
    private func keepTrouble(_ end: PassEnd) {
        let words =
            end.spoolError?.description ?? end.failure.map { "the ledger \($0)" } ?? trouble
            ?? heldWords
        do throws(SpoolError) {
            if let words {
                try SpoolTrouble(at: UTC.now, words: words).keep(in: spool)
            } else if sum.unproven == 0, sum.failed == 0 {
                try SpoolTrouble.clear(in: spool)
            }
        } catch {
            onEvent(.troubleNotKept(error))
        }
    }

    /// Tells why records are held back, each reason of a record once.
    private func tellHeld() {
        for (key, hold) in held.sorted(by: { $0.key < $1.key }) {
            guard toldHeld.updateValue(hold.reason, forKey: key) != hold.reason else { continue }
            onEvent(.held(hold.record, hold.reason))
        }
    }

    /// How many records the gate holds, and why it holds the first; nil where it holds none.
    private var heldWords: String? {
        guard let reason = held.min(by: { $0.key < $1.key })?.value.reason else { return nil }
        let records = held.count == 1 ? "1 record is" : "\(held.count) records are"
        return "\(records) held back: \(reason)"
    }

    /// Tells how far it has come.
    func tellProgress() {
        let done = sum.registered + sum.refused
        onEvent(
            .progress(
                UInt64(done), of: UInt64(max(done, goal)), bytes: UInt64(sum.plainBytes)))
    }

    // MARK: - Between passes

    /// Looks at the folder until there is something to do; false where the task is cancelled.
    private func look() async -> Bool {
        let start = ContinuousClock.now
        do {
            while true {
                try await Task.sleep(for: SyncLimit.look)
                let time = ContinuousClock.now - start
                if !held.isEmpty, time >= SyncLimit.gateLook { return true }
                if time >= SyncLimit.longestPause || secondLook.map({ $0 <= .now }) == true {
                    return true
                }
                if try hasMore() { return true }
            }
        } catch is CancellationError {
            return false
        } catch {
            // The next pass tells what is wrong with the folder.
            return true
        }
    }

    /// Whether `pending` has a record that was not looked at.
    ///
    /// The names are read again only where the folder has changed since, or so lately that it may
    /// change again within the same second.
    private func hasMore() throws -> Bool {
        let modified = try spool.folder(.pending).status.modified
        guard modified != quietSince else { return false }
        let isSettled = modified + Self.settlingSeconds < Int64(UTC.now)
        let hasMore = try open(.pending).contains { held[$0.key] == nil }
        quietSince = isSettled && !hasMore ? modified : nil
        return hasMore
    }

    /// A folder's time of change is in whole seconds, by a clock that need not be this one exactly.
    private static let settlingSeconds: Int64 = 2
}

extension SpoolRecord {
    /// The file's name, by which a record is found again: byte for byte.
    var key: Text { Text(fileName) }
}
