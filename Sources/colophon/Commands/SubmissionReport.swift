import Encoding
import HTTPCalls
import Provenance
import Studio
import Synchronization

/// Prints what becomes of records that are submitted, and remembers the worst of it.
final class SubmissionReport: Sendable {
    private let console: Console
    private let printsReceipt: Bool
    private let paths: [String]
    private let ledger: ServiceURL
    private let progress: ProgressLine
    private let worst = Mutex(ExitStatus.yes)

    /// How the submission has ended so far.
    var status: ExitStatus { worst.withLock { $0 } }

    init(of paths: [String], at ledger: ServiceURL, printsReceipt: Bool, _ console: Console) {
        self.paths = paths
        self.ledger = ledger
        self.printsReceipt = printsReceipt
        self.console = console
        progress = ProgressLine(console)
    }

    func take(_ event: SubmissionEvent) {
        switch event {
        case .registered(let file, let receipt): answer(file, receipt, "registered")
        case .known(let file, let receipt): answer(file, receipt, "known")
        case .pending(let file):
            fail(
                Failure(
                    .tryAgain, file.path, "is registered; its receipt waits for witnesses",
                    hint: "submit it again in a while"))
        case .failed(let path, let error): fail(Failure(error, path))
        case .answered(let count, let total):
            progress.report("submitting", count, of: total)
        case .stopped(let error):
            fail(Failure(error, paths.count == 1 ? paths[0] : ledger.description))
        }
    }

    /// Removes the line of progress.
    func end() {
        progress.clear()
    }

    private func answer(_ file: RecordFile, _ receipt: FittingReceipt, _ state: Text) {
        guard !printsReceipt else { return console.print(raw: receipt.bytes) }
        let id = file.content.statement.id
        console.print(
            "\(file.path) \(id)",
            [
                ("file", .string(Text(file.path))), ("entry", .string(Text("\(id)"))),
                ("status", .string(state)),
                ("index", .integer(Int64(clamping: receipt.index))),
                ("size", .integer(Int64(clamping: receipt.receipt.treeSize))),
            ])
    }

    private func fail(_ failure: Failure) {
        progress.clear()
        console.report(failure)
        worst.withLock { $0 = $0.worst(failure.status) }
    }
}
