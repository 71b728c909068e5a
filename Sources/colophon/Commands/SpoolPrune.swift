import ArgumentParser
import Encoding
import Files
import Settings
import Studio

/// Removes registered records from a spool.
struct SpoolPrune: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove records that were registered long ago, and have copies.",
        discussion: """
              colophon spool prune outbox --older-than 30d --dry-run
              colophon spool prune outbox --older-than 30d

            A record goes where its receipt is older, and the copy beside its work is the
            same record with a receipt. The newest registered one stays always. TIME is a
            number and s, m, h or d.
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp("Remove what was registered longer ago.", valueName: "time"),
        transform: Self.age)
    var olderThan: TimeSpan

    @Flag(help: "Remove nothing; say what would go.")
    var dryRun = false

    @Flag(help: "Remove also what has no copy beside its work: then it is only in the ledger.")
    var withoutCopy = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let now = UTC.now
        let age = UInt64(clamping: olderThan.duration.components.seconds)
        var tally = PruneTally(console, isDryRun: dryRun)
        do throws(SpoolError) {
            let spool = try Spool(directory, for: dryRun ? .reading : .moving)
            let pruning = SpoolPruning(
                of: spool, before: now - min(now, age), needsCopy: !withoutCopy)
            var going: [SpoolPruning.Judged] = []
            try pruning.judge { judged in
                if judged.verdict == .goes { going.append(judged) } else { tally.keep(judged) }
            }
            if !dryRun { try pruning.remove(going.map(\.record)) }
            for judged in going { tally.remove(judged) }
        } catch {
            throw Failure(error)
        }
        tally.printSum()
        return .yes
    }

    /// A hundred years: more is a slip.
    private static let longestAge: Duration = .seconds(36_525 * 86_400)

    /// Reads an age, and says what is one where it is none.
    @Sendable private static func age(_ argument: String) throws -> TimeSpan {
        guard let span = TimeSpan(argument), span.duration <= longestAge else {
            throw ValidationError("it is a number and s, m, h or d: 90s, 2h, 30d")
        }
        return span
    }
}

/// Counts what a prune does.
private struct PruneTally {
    private let console: Console
    private let isDryRun: Bool
    private var (removed, bytes, kept) = (0, 0, 0)
    private var reasons: [Text: Int] = [:]

    init(_ console: Console, isDryRun: Bool) {
        (self.console, self.isDryRun) = (console, isDryRun)
    }

    mutating func keep(_ judged: SpoolPruning.Judged) {
        kept += 1
        reasons[Self.reason(judged.verdict), default: 0] += 1
    }

    mutating func remove(_ judged: SpoolPruning.Judged) {
        removed += 1
        bytes += judged.byteCount
        let word = isDryRun ? "would go" : "removed"
        if !console.quiet {
            console.print(
                "\(judged.record.fileName) \(word)",
                [
                    ("record", .string(Text(judged.record.fileName))),
                    ("number", .integer(Int64(clamping: judged.record.number))),
                    ("status", .string(Text(isDryRun ? "goes" : "removed"))),
                ])
        }
    }

    private static func reason(_ verdict: SpoolPruning.Verdict) -> Text {
        switch verdict {
        case .goes: "goes"
        case .young: "registered since"
        case .newest: "the newest"
        case .noReceipt: "without a receipt that fits"
        case .noCopy: "without a copy beside the work (--without-copy removes it)"
        case .otherCopy: "with another record, or one without a receipt, beside the work"
        case .unreadableCopy: "with a copy that cannot be read"
        }
    }

    func printSum() {
        guard !console.quiet else { return }
        let size = ProgressLine.size(UInt64(bytes))
        console.sum(
            "\(removed) \(isDryRun ? "would go" : "removed") (\(size)), \(kept) stay",
            [(isDryRun ? "go" : "removed", removed), ("stay", kept)])
        for (reason, count) in reasons.sorted(by: { $0.key.string < $1.key.string }) {
            console.note("\(count) \(count == 1 ? "stays" : "stay"): \(reason.string)")
        }
    }
}
