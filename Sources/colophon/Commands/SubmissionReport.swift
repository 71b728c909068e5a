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

        /// The paths of records that are entries, and whose receipts follow.
        var waiting: Set<Text> = []

        /// The paths of records that have their receipt.
        var received: Set<Text> = []

        /// Records that have a receipt, and that too few witnesses have seen.
        var unwitnessed = 0

        /// Records that have that, and that no authority has dated.
        var untimestamped = 0

        /// What it was told last that is waited for.
        var awaited: AwaitedEvidence?

        var reasons = FailureList()
        var worst = ExitStatus.yes
    }

    private let console: Console
    private let printsReceipt: Bool
    private let paths: [String]
    private let ledger: ServiceURL
    private let remedies: RefusalWords
    private let kit: String?
    private let progress: ProgressLine
    private let state = Mutex(State())

    /// - Parameter kit: how the trust kit was named whose witnesses are waited for.
    init(
        of paths: [String], at ledger: ServiceURL, _ remedies: RefusalWords, kit: String?,
        printsReceipt: Bool, _ console: Console
    ) {
        self.kit = kit
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
                state.received.insert(Text(file.path))
            }
            answer(file, receipt, "registered")
        case .known(let file, let receipt):
            let isNew = state.withLock { state in
                // One that was pending before is new: this submission has entered it.
                let isNew = state.waiting.remove(Text(file.path)) != nil
                state.received.insert(Text(file.path))
                if isNew { state.registered += 1 } else { state.known += 1 }
                return isNew
            }
            answer(file, receipt, isNew ? "registered" : "known")
        case .pending(let file): state.withLock { _ = $0.waiting.insert(Text(file.path)) }
        case .witnessed(let file, let index, let time):
            answer(file, index, "witnessed", at: time)
        case .timestamped(let file, let index, let time):
            answer(file, index, "timestamped", at: time)
        case .untimestamped(let file):
            state.withLock { $0.untimestamped += 1 }
            fail(
                Failure(
                    .tryAgain, file.path,
                    "no authority of the kit has dated it so far; what it has stays",
                    hint: "colophon refresh completes it later"))
        case .refusedEvidence(let file, let words):
            console.warn(file.path, "not taken from the ledger: \(words)")
        case .unwitnessed(let file):
            state.withLock { $0.unwitnessed += 1 }
            fail(
                Failure(
                    .tryAgain, file.path,
                    "too few witnesses have seen it so far; the receipt stays",
                    hint: "colophon refresh completes it later"))
        case .failed(let path, let error, let kept):
            state.withLock { state in
                // One that has its receipt was counted then, and only lacks witnesses.
                if state.received.contains(Text(path)) {
                    state.unwitnessed += 1
                } else {
                    state.failed += 1
                }
                state.waiting.remove(Text(path))
            }
            fail(Failure(error, path, remedies, at: ledger, kit: kit, kept: kept))
        case .answered(let count, let total, let bytes):
            progress.report("submitting", count, of: total, bytes: bytes)
        case .secondOfCopy, .sameCopy, .copiesUnknown: warn(event)
        case .waiting(let error, let wait, let awaited): tell(error, wait, awaited)
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
                .tryAgain, path.string, "registered, receipt follows",
                hint: "colophon refresh completes it in a while, or submit it with --wait 10m")
            state.reasons.add(failure)
            state.worst = state.worst.worst(failure.status)
        }
        state.reasons.print(to: console)
        let pending = paths.count - state.registered - state.known - state.failed
        let isWell =
            pending == 0 && state.failed == 0 && state.unwitnessed == 0
            && state.untimestamped == 0
        if !console.quiet || !isWell {
            let failed = state.failed > 0 ? ", \(state.failed) failed" : ""
            let unseen = state.unwitnessed > 0 ? ", \(state.unwitnessed) not witnessed" : ""
            let undated =
                state.untimestamped > 0 ? ", \(state.untimestamped) not timestamped" : ""
            var counts: [(Text, Int)] = [
                ("registered", state.registered), ("known", state.known), ("pending", pending),
                ("failed", state.failed),
            ]
            if kit != nil {
                counts.append(("unwitnessed", state.unwitnessed))
                counts.append(("untimestamped", state.untimestamped))
            }
            console.sum(
                "\(state.registered) registered, \(state.known) known, \(pending) pending\(failed)"
                    + unseen + undated, counts)
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

    private func answer(_ file: RecordFile, _ index: UInt64, _ word: String, at time: UInt64) {
        let id = file.content.statement.id
        console.print(
            "\(file.path) \(id) \(word) \(index)",
            [
                ("file", .string(Text(file.path))), ("entry", .string(Text("\(id)"))),
                ("status", .string(Text(word))), ("index", .integer(Int64(clamping: index))),
                (Text(word + "At"), .string(Text(UTC.text(time)))),
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

    private func tell(_ error: CallError?, _ wait: Duration, _ awaited: AwaitedEvidence) {
        let isNews = state.withLock { state in
            defer { state.awaited = awaited }
            return state.awaited != awaited
        }
        if isNews, let words = Self.words(awaited) { console.note(words) }
        // A wait that nobody notices is not worth a line.
        guard error != nil || wait >= .seconds(2) else { return }
        let seconds = max(1, Int((wait / .seconds(1)).rounded()))
        let reason =
            error.map { "the ledger \($0)" }
            ?? {
                switch awaited {
                case .receipts: "the receipt follows"
                case .witnesses: "witnesses have not signed yet"
                case .timestamps: "no authority has dated it yet"
                }
            }()
        console.note("\(reason); trying again in \(seconds) s")
    }

    /// Which interval is waited for; nil where the ledger does not say.
    private static func words(_ awaited: AwaitedEvidence) -> String? {
        switch awaited {
        case .receipts: nil
        case .witnesses(let interval):
            interval.map { "waiting for the witnesses, whom the ledger asks every \(span($0))" }
        case .timestamps(let interval):
            interval.map {
                "waiting for the next timestamp: the ledger takes one every \(span($0))"
            }
        }
    }

    /// A time in the largest unit in which it is a whole number.
    private static func span(_ time: Duration) -> String {
        let seconds = time.components.seconds
        return seconds % 3_600 == 0
            ? "\(seconds / 3_600) h" : seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }

    private func fail(_ failure: Failure) {
        state.withLock { state in
            state.worst = state.worst.worst(failure.status)
            if !console.json { state.reasons.add(failure) }
        }
        if console.json { console.report(failure) }
    }
}
