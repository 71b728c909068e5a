import Encoding
import Files
import Studio

/// Tells what a reporter does.
struct TelemetryWords: Sendable {
    private let console: Console

    init(_ console: Console) {
        self.console = console
    }

    /// Tells one event.
    func tell(_ event: TelemetryReporter.Event) {
        switch event {
        case .following: console.note("measuring, until SIGTERM or Ctrl-C")
        case .kept:
            console.note(
                "\(TelemetryLimit.extraStatements) statements came early in 24 hours: the sample "
                    + "is kept for the next one")
        case .sealed(let record, let from, let to, let left):
            sealed(record, from, to, left)
        case .clockStepped(let seconds):
            console.warn(nil, "this machine's clock was set by \(Int(seconds.rounded())) s")
        case .mismatch(let path):
            console.warn(path, "differs from the record beside it: edited, re-saved or damaged")
        case .notRead(let error): warn(error, "this sample says nothing of the spool")
        case .notSealed(let error): warn(error, "nothing was sealed; the next sample tries again")
        case .notSaved(let error):
            console.warn(error.path, "\(error.words); a kill now loses what was measured")
        case .stateLost(let path):
            console.warn(path, "is damaged: what was measured before is lost; it begins anew")
        }
    }

    private func warn(_ error: SpoolError, _ consequence: String) {
        let failure = Failure(error)
        console.warn(failure.subject, "\(failure.reason); \(consequence)")
    }

    private func sealed(_ record: SealedRecord, _ from: Text, _ to: Text, _ left: [String]) {
        let size = record.signed.bytes.count
        let news = left.isEmpty ? "" : ", outside their bands: \(left.joined(separator: ", "))"
        console.print(
            "\(record.record.fileName) \(record.signed.id)",
            [
                ("record", .string(Text(record.record.fileName))),
                ("entry", .string(Text("\(record.signed.id)"))),
                ("from", .string(from)), ("to", .string(to)), ("bytes", .integer(Int64(size))),
                ("left", left.isEmpty ? nil : .array(left.map { .string(Text($0)) })),
            ])
        console.note("\(from) to \(to), \(size) bytes\(news)")
        if let error = record.tipError {
            console.warn(error.path, "\(error.words); the record is sealed, and its number is used")
        }
    }
}

extension Failure {
    /// Why nothing is measured in the spool at `path`.
    init(_ error: TelemetryError, spool path: String) {
        switch error {
        case .spool(.unwritable(let error)) where error.reason == .inUse:
            self.init(
                .tryAgain, error.path, error.words,
                hint: "another colophon spool report is at work here")
        case .spool(let error): self.init(error)
        case .unknownFigure(let name):
            let figures = BusinessFigure.allCases.map(\.rawValue).joined(separator: ", ")
            self = .unreadable(
                "\(path)/spool.json", "\"telemetry\" names \"\(name)\", which is no figure",
                hint: "a reconciliation has \(figures)")
        }
    }
}
