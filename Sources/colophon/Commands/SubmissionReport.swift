import Encoding
import HTTPCalls
import LedgerClient
import Provenance
import Studio
import Synchronization

/// Prints what becomes of records that are submitted, and remembers the worst of it.
///
/// Results are printed as they come. Why others failed is told at the end, each reason once.
final class SubmissionReport: Sendable {
    private struct State {
        var registered = 0
        var known = 0
        var failed = 0

        /// The paths of records that are entries, and whose receipts wait for witnesses.
        var waiting: Set<Text> = []

        var reasons = FailureList()
        var worst = ExitStatus.yes
    }

    private let console: Console
    private let printsReceipt: Bool
    private let paths: [String]
    private let ledger: ServiceURL
    private let remedies: RefusalWords
    private let progress: ProgressLine
    private let state = Mutex(State())

    init(
        of paths: [String], at ledger: ServiceURL, _ remedies: RefusalWords, printsReceipt: Bool,
        _ console: Console
    ) {
        self.paths = paths
        self.ledger = ledger
        self.remedies = remedies
        self.printsReceipt = printsReceipt
        self.console = console
        progress = ProgressLine(console)
    }

    func take(_ event: SubmissionEvent) {
        switch event {
        case .registered(let file, let receipt):
            state.withLock { state in
                state.registered += 1
                state.waiting.remove(Text(file.path))
            }
            answer(file, receipt, "registered")
        case .known(let file, let receipt):
            let isNew = state.withLock { state in
                // One that was pending before is new: this submission has entered it.
                let isNew = state.waiting.remove(Text(file.path)) != nil
                if isNew { state.registered += 1 } else { state.known += 1 }
                return isNew
            }
            answer(file, receipt, isNew ? "registered" : "known")
        case .pending(let file): state.withLock { _ = $0.waiting.insert(Text(file.path)) }
        case .failed(let path, let error):
            state.withLock { state in
                state.failed += 1
                state.waiting.remove(Text(path))
            }
            fail(Failure(error, path, remedies))
        case .answered(let count, let total, let bytes):
            progress.report("submitting", count, of: total, bytes: bytes)
        case .secondOfCopy, .sameCopy, .copiesUnknown: warn(event)
        case .waiting(let error, let wait): tell(error, wait)
        case .stopped(let error):
            fail(Failure(error, paths.count == 1 ? paths[0] : ledger.description))
        case .interrupted:
            fail(
                Failure(
                    .tryAgain, nil, "stopped",
                    hint: "run the same command again: nothing is entered twice"))
        }
    }

    /// Removes the line of progress, tells why some records failed and how many have what end, and
    /// returns the status that this makes.
    func end() -> ExitStatus {
        progress.clear()
        var state = state.withLock { $0 }
        for path in state.waiting.sorted() {
            let failure = Failure(
                .tryAgain, path.string, "is registered; its receipt waits for witnesses",
                hint: "submit it again in a while, or with --wait 10m")
            state.reasons.add(failure)
            state.worst = state.worst.worst(failure.status)
        }
        state.reasons.print(to: console)
        let pending = paths.count - state.registered - state.known - state.failed
        let isWell = pending == 0 && state.failed == 0
        if !console.quiet || !isWell {
            let failed = state.failed > 0 ? ", \(state.failed) failed" : ""
            console.sum(
                "\(state.registered) registered, \(state.known) known, \(pending) pending\(failed)",
                [
                    ("registered", state.registered), ("known", state.known),
                    ("pending", pending), ("failed", state.failed),
                ])
        }
        return state.worst
    }

    private func answer(_ file: RecordFile, _ receipt: FittingReceipt, _ word: String) {
        guard !printsReceipt else { return console.print(raw: receipt.bytes) }
        let id = file.content.statement.id
        console.print(
            "\(file.path) \(id) \(word) \(receipt.index)",
            [
                ("file", .string(Text(file.path))), ("entry", .string(Text("\(id)"))),
                ("status", .string(Text(word))),
                ("index", .integer(Int64(clamping: receipt.index))),
                ("size", .integer(Int64(clamping: receipt.receipt.treeSize))),
            ])
    }

    private func warn(_ event: SubmissionEvent) {
        let withdrawal = "nothing in the log is taken back: see corrections in the README"
        switch event {
        case .secondOfCopy(let file, let entries):
            let first = entries.first.map { ": entry \($0.index), \($0.entry)" } ?? ""
            console.warn(
                file.path,
                "\(file.content.statement.subject) has a record already\(first); \(withdrawal)")
        case .sameCopy(let file, let earlier):
            console.warn(
                file.path,
                "\(file.content.statement.subject) is the copy of \(earlier) too; \(withdrawal)")
        case .copiesUnknown(let error):
            console.warn(
                ledger.description,
                "whether copies have records already is not known: the ledger \(error)")
        default: break
        }
    }

    private func tell(_ error: CallError?, _ wait: Duration) {
        let seconds = max(1, Int((wait / .seconds(1)).rounded()))
        let reason =
            error.map { "the ledger \($0)" } ?? "some receipts wait for the ledger's witnesses"
        console.note("\(reason); trying again in \(seconds) s")
    }

    private func fail(_ failure: Failure) {
        state.withLock { state in
            state.worst = state.worst.worst(failure.status)
            if !console.json { state.reasons.add(failure) }
        }
        if console.json { console.report(failure) }
    }
}
