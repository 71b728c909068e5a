package import HTTPCalls
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
    let judge: ReceiptJudge
    let onEvent: @Sendable (SyncEvent) -> Void

    private let makeGate: (@Sendable (LedgerClient) async -> any SpoolGate)?
    private let onPass: @Sendable (LedgerClient, _ answered: Bool) async -> Void

    /// How long to wait after so many failures in a row, and as the ledger asks.
    private let wait: @Sendable (_ failures: Int, _ retryAfter: Duration?) -> Duration

    var sum = SyncSum()
    var window = SyncWindow()

    /// Answered items of this pass, whatever they said.
    var answers = 0

    /// Numbers of records that are entries, and whose receipts follow.
    var following: Set<UInt64> = []

    /// Numbers of records whose receipts prove nothing: each is asked about once in a sync.
    var unproven: Set<UInt64> = []

    /// Numbers of records that cannot be read.
    var failed: Set<UInt64> = []

    /// What holds records back, by their numbers.
    var held: [UInt64: String] = [:]

    /// The words of the newest failure of a record in this pass; nil where there was none.
    var trouble: String?

    /// Answers whose receipts are not on the disk yet.
    var receipts: [Answered] = []

    /// Creates a sync.
    ///
    /// - Parameters:
    ///   - kit: the trust kit that verifies receipts; nil where their arithmetic must do.
    ///   - wait: how long to wait after so many failures in a row, and as the ledger asks.
    ///   - gate: makes what holds records back, for each pass; nil where nothing does.
    ///   - onPass: called after each pass; says whether the ledger has answered anything.
    ///   - onEvent: called for each record with its outcome.
    package init(
        of spool: Spool, client: LedgerClient, kit: TrustKit?,
        wait: @escaping @Sendable (_ failures: Int, _ retryAfter: Duration?) -> Duration,
        gate: (@Sendable (LedgerClient) async -> any SpoolGate)? = nil,
        onPass: @escaping @Sendable (LedgerClient, _ answered: Bool) async -> Void = { _, _ in },
        onEvent: @escaping @Sendable (SyncEvent) -> Void
    ) {
        self.spool = spool
        self.client = client
        judge = ReceiptJudge(kit)
        self.wait = wait
        makeGate = gate
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
        var failures = 0
        while true {
            let before = progress
            let end = await pass()
            await onPass(client, answers > 0)
            keepTrouble(end)
            failures = progress != before ? 1 : end.isSmaller ? failures : failures + 1
            guard !Task.isCancelled else { return ended(end) }
            let isDone = end.failure == nil && end.spoolError == nil && following.isEmpty
            if isDone {
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
        SyncEnd(sum: sum, failure: end.failure, spoolError: end.spoolError)
    }

    // MARK: - A pass

    /// Asks about all that was sent before, then sends all that is to be sent, each once.
    private func pass() async -> PassEnd {
        (answers, trouble) = (0, nil)
        var end = PassEnd()
        do throws(SpoolError) {
            let gate = await makeGate?(client)
            held = [:]
            let sent = try open(.submitted)
            count(try open(.pending).count + sent.count)
            let unknown = try await ask(about: sent, &end)
            if end.failure == nil, !Task.isCancelled {
                try await send(unknown, gate, &end)
            }
            try complete()
            count(try open(.pending).count + open(.submitted).count)
        } catch {
            end.spoolError = error
        }
        return end
    }

    /// The records in this state that are worth a try.
    func open(_ state: SpoolRecord.State) throws(SpoolError) -> [SpoolRecord] {
        try spool.records(in: state).filter { record in
            !failed.contains(record.number) && !unproven.contains(record.number)
        }
    }

    private func count(_ open: Int) {
        sum.held = held.count
        sum.unproven = unproven.count
        sum.failed = failed.count
        sum.waiting = open + unproven.count + failed.count
    }

    /// Tells how far it has come.
    func tellProgress() {
        let done = sum.registered + sum.refused
        onEvent(
            .progress(
                UInt64(done), of: UInt64(max(done, total)), bytes: UInt64(sum.plainBytes)))
    }

    // MARK: - Between passes

    /// Looks at the folder until there is something to do; false where the task is cancelled.
    private func look() async -> Bool {
        let gateTime = ContinuousClock.now + SyncLimit.gateLook
        do {
            while true {
                try await Task.sleep(for: SyncLimit.look)
                if !held.isEmpty, .now >= gateTime { return true }
                if try hasMore() { return true }
            }
        } catch is CancellationError {
            return false
        } catch {
            // The next pass tells what is wrong with the folder.
            return true
        }
    }
}
