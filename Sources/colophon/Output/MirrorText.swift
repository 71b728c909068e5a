import Auditing
import Checkpoints
import Encoding
import Files
import HTTPCalls
import LogReader
import Merkle

/// What a mirror prints when it has come to its end.
struct MirrorText {
    /// Where the log was read.
    let place: String

    /// The folder of the copy.
    let folder: String

    private let console: Console

    /// Refused files that are named, as many as fit a screen; JSON has them all.
    private static let named = 10

    init(place: String, folder: String, _ console: Console) {
        (self.place, self.folder, self.console) = (place, folder, console)
    }

    /// Prints the outcome, and returns what it makes of the command.
    func print(_ outcome: MirrorRun.Outcome) -> ExitStatus {
        let report = outcome.report
        tell(report)
        if let fault = outcome.controlFault {
            console.warn("\(place)/\(StaticLayout.control)", fault)
        }
        console.print(line(report), members(outcome))
        // An index head that could not be read says nothing against the log: the next run asks.
        let isUnread = report.isIndexHeadUnread
        let isElseWhole =
            report.refusedCount == (isUnread ? 1 : 0) && report.missingManifests == 0
            && outcome.controlFault == nil
        return isElseWhole ? isUnread ? .tryAgain : .yes : .no
    }

    private func line(_ report: MirrorReport) -> String {
        let count = report.files == 1 ? "1 file" : "\(report.files) files"
        let written = "\(count), \(ProgressLine.size(UInt64(report.bytes)))"
        guard report.oldSize < report.size else {
            return report.files == 0
                ? "\(folder): up to date, tree size \(report.size)"
                : "\(folder): tree size \(report.size), \(written)"
        }
        return "\(folder): tree size \(report.oldSize) to \(report.size), \(written)"
    }

    private func members(_ outcome: MirrorRun.Outcome) -> [(Text, JSON?)] {
        let report = outcome.report
        let refused = report.refused.map { refused -> JSON in
            ["file": .string(Text(refused.name)), "reason": .string(Text(refused.reason))]
        }
        return [
            ("copy", .string(Text(folder))),
            ("status", report.files == 0 ? "known" : "updated"),
            ("origin", .string(outcome.head.checkpoint.origin)),
            ("oldSize", .integer(Int64(clamping: report.oldSize))),
            ("size", .integer(Int64(clamping: report.size))),
            ("root", .string(Text(Base64.encode(outcome.head.checkpoint.root.bytes)))),
            ("files", .integer(Int64(report.files))), ("bytes", .integer(Int64(report.bytes))),
            ("cleaned", .integer(Int64(report.cleaned))),
            ("missingManifests", .integer(Int64(clamping: report.missingManifests))),
            ("firstMissing", report.firstMissing.map { .integer(Int64(clamping: $0)) }),
            ("indexed", report.indexedSize.map { .integer(Int64(clamping: $0)) }),
            ("refusedCount", .integer(Int64(report.refusedCount))),
            ("refused", .array(refused)),
            ("control", outcome.controlFault.map { .string(Text($0)) }),
        ]
    }

    /// Tells what was not copied, and what was taken out.
    private func tell(_ report: MirrorReport) {
        if !console.json {
            for refused in report.refused.prefix(Self.named) {
                console.warn("\(place)/\(refused.name)", "\(refused.reason): not copied")
            }
            let more = report.refusedCount - min(report.refusedCount, Self.named)
            if more > 0 { console.warn(nil, "\(more) more were not copied") }
        }
        if report.cleaned > 0 {
            let count = report.cleaned == 1 ? "1 file" : "\(report.cleaned) files"
            console.note("took erased manifests out of \(count)")
        }
        guard let first = report.firstMissing, !console.json else { return }
        let count = report.missingManifests
        let which = count == 1 ? "entry \(first)" : "\(count) entries, such as entry \(first)"
        console.warn(
            place,
            "shows no manifest of \(which), and no erasure says why: the copy lacks "
                + (count == 1 ? "it" : "them") + "; the next run asks again")
    }
}

extension Failure {
    /// Why a copy was not brought up to date; it is as it was.
    init(_ error: MirrorError, copying place: String, to folder: String) {
        switch error {
        case .folder(.file(let error)):
            self.init(writing: error)
            if error.isFull { hint = "make room, and run it again: it goes on where it was" }
            if error.isOtherKind { hint = Self.removing }
        case .folder(.malformed(let path, let rule)): self = .unreadable(path, rule)
        case .folder(.occupied(let path, let reason)): self = .unreadable(path, reason)
        case .log(.file(let error, _)): self.init(reading: error, to: folder)
        case .log(let error): self.init(error, copying: place)
        case .untrusted(let path, .malformed(let error)):
            self = .no(
                path, "is not a signed checkpoint: \(error.words)", hint: "check the address")
        case .untrusted(let path, let refusal):
            self = .no(path, "\(refusal)", hint: "check the address, and take a newer trust kit")
        case .quorum(let size):
            self.init(
                .tryAgain, place, "too few witnesses have seen the head of size \(size)",
                hint: "run it again in a while; --require logged takes the log's own word")
        case .behind(let size, let known, let kind):
            let whose = kind == .copy ? folder : "the trust kit"
            self.init(
                .tryAgain, place, "has \(size) entries, and \(whose) knows of \(known)",
                hint: "\(folder) stays as it is; ask again later, or another copy of the log")
        case .fork(let fork, let path):
            self = .no(
                place, fork.conviction.words,
                hint: "\(folder) stays as it is; publish \(path), and believe neither tree")
        case .forkUnwritten(let fork, let error):
            self = .no(
                place,
                "\(fork.conviction.words), and what shows it could not be written: \(error)",
                hint: "\(folder) stays as it is; make room beside it, and run it again")
        }
    }

    /// Why a file of the copy, or of the folder that is copied, cannot be read.
    private init(reading error: FileError, to folder: String) {
        self.init(reading: error)
        if error.passes {
            hint = "run it again: it goes on where it was"
        } else if error.isOtherKind {
            let own = folder.hasSuffix("/") ? folder : "\(folder)/"
            hint = error.path.hasPrefix(own) ? Self.removing : "take another source"
        }
    }

    /// What to do with what is no part of a copy.
    private static let removing = "remove it, and run it again: what belongs there is fetched"

    private init(_ error: LogError, copying place: String) {
        switch error.meaning {
        case .wrong:
            self = .no(
                nil, "\(error)",
                hint: "nothing of it was copied; run it again later, or take another source")
        case .untrusted, .fork, .impossible: self = .no(place, "\(error)")
        case .missing, .unreadable, .behind:
            guard case .service(_, let call) = error else {
                self.init(
                    .tryAgain, nil, "\(error)",
                    hint: "run it again: it goes on where it was")
                return
            }
            self.init(call, place)
            if status == .tryAgain { hint = hint ?? "run it again: it goes on where it was" }
        }
    }
}

extension FileError {
    /// Whether something stands where a file or a folder must be, and is none.
    fileprivate var isOtherKind: Bool {
        switch reason {
        case .isLink, .isKind: true
        default: false
        }
    }
}
