import Encoding
import Files
import HTTPCalls
import Manifests
import Provenance
import Studio
import Synchronization

/// Prints what becomes of the records of a spool, and says how a sync ended.
///
/// Results are printed as they come. Why others failed is told at the end, each reason once; by a
/// sync that follows at once, and again only when the reason is another.
final class SyncReport: Sendable {
    private struct State {
        var reasons = FailureList()
        var worst = ExitStatus.yes

        /// What a sync that follows has told, and what was told of the ledger.
        var told: Set<Text> = []
    }

    /// Reasons that are remembered as told: a spool has a handful.
    private static let toldLimit = 1_000

    private let directory: String
    private let spool: Spool
    private let ledger: ServiceURL
    private let follows: Bool
    private let traffic: CallTraffic
    private let remedies: RefusalWords
    private let console: Console
    private let progress: ProgressLine
    private let state = Mutex(State())

    init(
        of directory: String, _ spool: Spool, at ledger: ServiceURL, follows: Bool,
        _ traffic: CallTraffic, _ console: Console
    ) {
        self.directory = directory
        self.spool = spool
        self.ledger = ledger
        self.follows = follows
        self.traffic = traffic
        self.console = console
        remedies = RefusalWords(publicKey: Keygen.publicPath(of: spool.settings.key))
        progress = ProgressLine(console)
    }

    func retried(_ count: Int) {
        console.note("\(count) refused \(count == 1 ? "record is" : "records are") sent again")
    }

    func take(_ event: SyncEvent) {
        switch event {
        case .registered(let record, let entry, let receipt): answer(record, entry, receipt)
        case .follows: break
        case .refused(let record, let problem, let content):
            fail(refusal(record, problem, content))
        case .held(let record, let reason):
            fail(Failure(.tryAgain, record.fileName, "held back: \(reason)"))
        case .unproven(let record, let error): fail(unproven(record, error))
        case .failed(_, let error): fail(Failure(error))
        case .copyLeft(let record, let place, let error): tell(copy: record, place, error)
        case .seenUnknown(let error):
            warn(
                Failure(.tryAgain, nil, "heads that were seen are not proven: the ledger \(error)"))
        case .seenForked(let record, let size):
            warn(
                .no(
                    record.fileName,
                    "the ledger cannot show that it extends the tree of \(size) that was seen",
                    hint: "keep both checkpoints: they may prove that the ledger has forked"))
        case .copyUnknown(let record, let error):
            let failure = Failure(error)
            console.warn(
                record.fileName, "is registered; its copy may not be complete: \(failure.reason)")
        case .progress(let done, let total, let bytes):
            progress.report("syncing", done, of: total, bytes: bytes)
        case .troubleNotKept(let error): warn(Failure(error))
        case .waiting(let error, let wait): tell(error, wait)
        case .idle(let sum): tell(idle: sum)
        }
    }

    /// Tells what may be wrong beside the records, each once, and returns it in words; a no is one
    /// of the whole sync.
    @discardableResult
    func warn(_ failure: Failure) -> String {
        let subject = failure.subject.map { "\($0): " } ?? ""
        let words = "\(subject)\(failure.reason)"
        guard isNews(words) else { return words }
        if failure.status == .no {
            state.withLock { $0.worst = $0.worst.worst(.no) }
            console.report(failure)
        } else {
            console.warn(failure.subject, failure.reason)
            if let hint = failure.hint { console.note(hint) }
        }
        return words
    }

    /// Tells that nobody can say whose receipts are taken.
    func tellNoKit() {
        console.warn(
            directory,
            "has no trust kit: whoever answers at \(ledger) can sign its receipts; name a kit as "
                + "\"trust\" in spool.json")
    }

    /// Tells that records of a drop wait, and whose word the gate takes (milestones.md §2).
    func tell(gate: Spool.Settings.Gate) {
        let words =
            switch gate.trust {
            case .proof: "it must be proven that the ledger's list of the drop leaves none out"
            case .word: "that none is left out of the ledger's list is the ledger's word"
            }
        console.note("records of a drop wait for its reconciliation; \(words)")
    }

    /// Tells which entry has opened the gate of a drop, each once.
    func tell(drop: Text, openedBy entry: EntryID) {
        let words = "\(drop) is balanced by entry \(entry)"
        if isNews(words) { console.note(words) }
    }

    /// Keeps what shows that the ledger's index leaves an entry out, and tells where.
    ///
    /// Each look finds the same anew, until the ledger has another index head: it is kept once, and
    /// told once. The records of the drop wait meanwhile.
    func tell(leftOut entry: LeftOutEntry, by kit: TrustKit?) {
        var failure = OmissionText.failure(
            entry, at: OmissionPlace(in: spool, by: kit, of: ledger))
        failure.status = .tryAgain
        warn(failure)
    }

    /// Tells how the sync ended, and returns the status that this makes.
    func end(_ end: SyncEnd) -> ExitStatus {
        progress.clear()
        var state = state.withLock { $0 }
        state.reasons.print(to: console)
        var failure: Failure?
        if let error = end.spoolError { failure = Failure(error) }
        if let error = end.failure, !follows { failure = Failure(error, ledger.description) }
        if end.isStopped, !follows {
            failure = Failure(
                .tryAgain, nil, "stopped",
                hint: "run the same command again: nothing is entered twice")
        }
        if let failure { console.report(failure) }
        if end.sum.withoutProof > 0 {
            console.note(
                "\(end.sum.withoutProof) records lack the proof about the head that was seen; "
                    + "colophon refresh adds it")
        }
        let refused: Int
        do throws(SpoolError) {
            refused = try spool.records(in: .refused).count
        } catch {
            refused = end.sum.refused
            let unread = Failure(error)
            console.report(unread)
            state.worst = state.worst.worst(unread.status)
        }
        sum(end.sum, refused: refused)
        if refused > end.sum.refused { tellRefused(refused - end.sum.refused) }
        guard !follows else { return failure.map { state.worst.worst($0.status) } ?? state.worst }
        if let failure, end.spoolError != nil { state.worst = state.worst.worst(failure.status) }
        if end.sum.waiting > 0 { state.worst = state.worst.worst(.tryAgain) }
        return refused > 0 ? state.worst.worst(.no) : state.worst
    }

    /// Tells what to do about records that were refused before.
    private func tellRefused(_ count: Int) {
        let place = ShellWord.quoted(directory)
        console.note(
            "\(count) were refused before; the reasons lie in \(directory)/refused, and colophon "
                + "spool sync \(place) --retry-refused sends them again")
    }

    private func sum(_ sum: SyncSum, refused: Int) {
        guard !console.quiet || sum.waiting > 0 || refused > 0 else { return }
        let held = sum.held > 0 ? " (\(sum.held) held back)" : ""
        console.sum(
            "\(sum.registered) registered, \(refused) refused, \(sum.waiting) waiting\(held)",
            [
                ("registered", sum.registered), ("refused", refused),
                ("refusedNow", sum.refused), ("waiting", sum.waiting), ("held", sum.held),
                ("unproven", sum.unproven), ("unreadable", sum.failed),
                ("requests", sum.requests), ("connections", traffic.connections),
                ("bytesUp", traffic.sent), ("bytesDown", traffic.received),
                ("asked", sum.asked), ("sent", sum.sent), ("sentAgain", sum.sentAgain),
                ("recordBytes", sum.plainBytes),
            ])
    }

    // MARK: - Records

    private func answer(_ record: SpoolRecord, _ entry: EntryID, _ receipt: FittingReceipt) {
        console.print(
            "\(record.fileName) \(entry) registered \(receipt.index)",
            [
                ("record", .string(Text(record.fileName))), ("entry", .string(Text("\(entry)"))),
                ("status", "registered"), ("index", .integer(Int64(clamping: receipt.index))),
                ("size", .integer(Int64(clamping: receipt.receipt.treeSize))),
            ])
    }

    private func refusal(
        _ record: SpoolRecord, _ problem: ProblemDetails, _ content: SpoolContent
    ) -> Failure {
        var failure = remedies.failure(
            problem, signedBy: content.content.statement.keyID, record.fileName)
        if problem.detail == Refusal.unregisteredKey.description || failure.hint == nil {
            failure.hint =
                "when its reason is gone: colophon spool sync \(ShellWord.quoted(directory)) "
                + "--retry-refused"
        }
        return failure
    }

    private func unproven(_ record: SpoolRecord, _ error: ReceiptError) -> Failure {
        var hint = "the record stays where it is, and is asked about again"
        if case .unproven(_, isUnknown: true) = error, let kit = spool.settings.trust {
            hint =
                "a newer kit may know its keys: colophon trust update \(ShellWord.quoted(kit)) "
                + "--ledger \(ShellWord.quoted(ledger.description))"
        }
        return Failure(
            .tryAgain, record.fileName,
            "the ledger gave a receipt that proves nothing: \(error)", hint: hint)
    }

    private func tell(copy record: SpoolRecord, _ place: String, _ error: CopyError) {
        switch error {
        case .missing:
            console.note("\(place) is gone; the spool has the whole record, \(record.fileName)")
        case .other:
            console.note(
                "\(place) is another record now; it stays, and the spool has \(record.fileName)")
        case .file(let error):
            let failure = Failure(error)
            console.warn(place, "\(failure.reason); the spool has the whole \(record.fileName)")
        }
    }

    private func fail(_ failure: Failure) {
        if follows {
            // Of a thousand records that are refused for one reason, the first is told.
            if console.json || isNews(failure.reason) { console.report(failure) }
            return
        }
        state.withLock { state in
            state.worst = state.worst.worst(failure.status)
            if !console.json { state.reasons.add(failure) }
        }
        if console.json { console.report(failure) }
    }

    private func isNews(_ words: String) -> Bool {
        state.withLock { state in
            if state.told.count >= Self.toldLimit { state.told = [] }
            return state.told.insert(Text(words)).inserted
        }
    }

    // MARK: - The ledger

    private func tell(_ error: CallError?, _ wait: Duration) {
        let seconds = max(1, Int((wait / .seconds(1)).rounded()))
        guard let error else {
            if wait >= .seconds(2) { console.note("receipts follow; asking in \(seconds) s") }
            return
        }
        let failure = Failure(error)
        // Cut off every few seconds, a line is not worth a line.
        guard wait >= .seconds(1), isNews("\(failure.reason)") else { return }
        console.note("\(failure.reason); trying again in \(seconds) s")
    }

    private func tell(idle sum: SyncSum) {
        progress.clear()
        let held = sum.held > 0 ? ", \(sum.held) held back" : ""
        state.withLock { $0.told = [] }
        console.note("\(sum.registered) registered\(held); waiting for more")
    }
}
