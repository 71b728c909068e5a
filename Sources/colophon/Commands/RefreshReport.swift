import Encoding
import Provenance
import Studio
import Synchronization

/// Prints what becomes of records that are refreshed, and remembers the worst of it.
final class RefreshReport: Sendable {
    private struct State {
        var refreshed = 0
        var unchanged = 0
        var failed = 0

        /// Records whose heads too few witnesses have seen.
        var unwitnessed = 0

        /// Records of which no authority of the kit has dated a head.
        var untimestamped = 0

        /// Records for which there are tokens whose authorities the kit does not know.
        var open = 0

        /// Records that no index head covers yet.
        var uncovered = 0

        /// Records that are covered by an index head which too few witnesses have seen.
        var unseen = 0

        /// Records of whose lists one is too long.
        var long = 0

        var reasons = FailureList()
        var worst = ExitStatus.yes
    }

    private let console: Console
    private let paths: [String]
    private let source: RefreshSource
    private let kit: String?
    private let progress: ProgressLine
    private let state = Mutex(State())

    /// - Parameter kit: how the trust kit was named; nil without one.
    init(of paths: [String], at source: RefreshSource, kit: String?, _ console: Console) {
        self.paths = paths
        self.source = source
        self.kit = kit
        self.console = console
        progress = ProgressLine(console)
    }

    func take(_ event: RefreshEvent) {
        switch event {
        case .refreshed(let record):
            state.withLock { state in
                if record.isChanged { state.refreshed += 1 } else { state.unchanged += 1 }
                if record.lacksWitnesses { state.unwitnessed += 1 }
                if record.lacksTimestamps { state.untimestamped += 1 }
                if record.openTokens > 0 { state.open += 1 }
                if record.completeDelay == .uncovered { state.uncovered += 1 }
                if record.completeDelay == .unseen { state.unseen += 1 }
                if record.hasLongLists { state.long += 1 }
            }
            for words in record.refusedAnchors {
                console.warn(record.file.path, "not taken from the ledger: \(words)")
            }
            for place in record.anchorsPutAside {
                console.warn(
                    record.file.path,
                    "evidence in it is false by the trust kit; it is now in \(place)")
            }
            for place in record.completesPutAside {
                console.warn(
                    record.file.path,
                    "a proof of completeness in it is false by the trust kit; it is now in "
                        + place)
            }
            for place in record.putAside {
                console.warn(
                    record.file.path,
                    "a receipt in it is not the ledger's by the trust kit; it is now in \(place)")
            }
            answer(record)
        case .failed(let path, let error, let kept):
            state.withLock { $0.failed += 1 }
            fail(Failure(error, path, at: source, kit: kit, kept: kept))
        case .answered(let count, let total, let bytes):
            progress.report("refreshing", count, of: total, bytes: bytes)
        case .stopped(let error):
            fail(Failure(error, paths.count == 1 ? paths[0] : source.place))
        case .interrupted:
            fail(Failure(.tryAgain, nil, "stopped", hint: "run the same command again"))
        }
    }

    /// Removes the line of progress, tells why some records failed and how many have what end, and
    /// returns the status that this makes.
    func end() -> ExitStatus {
        progress.clear()
        let state = state.withLock { $0 }
        state.reasons.print(to: console)
        if state.unwitnessed > 0 {
            console.note(
                "\(state.unwitnessed) not seen by enough of the kit's witnesses yet: refresh later")
        }
        if state.untimestamped > 0 {
            console.note(
                "\(state.untimestamped) not dated by an authority of the kit yet: refresh later")
        }
        if state.open > 0 {
            console.note(
                "\(state.open) with timestamps whose authorities the kit does not name: they are "
                    + "not taken")
        }
        if state.uncovered > 0 {
            console.note(
                source.isCopy
                    ? "\(state.uncovered) not covered by the copy's index head: run colophon "
                        + "mirror again, and refresh then"
                    : "\(state.uncovered) not covered by an index head yet: refresh later")
        }
        if state.unseen > 0 {
            console.note(
                "\(state.unseen) covered by an index head that too few of the kit's witnesses have "
                    + (source.isCopy
                        ? "seen by the copy: run colophon mirror again, and refresh then"
                        : "seen yet: refresh later"))
        }
        if state.long > 0 {
            console.note(
                "\(state.long) with a list that is too long for a record: colophon complete writes "
                    + "its proof beside it")
        }
        if kit == nil, state.refreshed > 0 {
            console.note("no trust kit was named: colophon verify says who signed what was added")
        }
        if kit == nil, state.unchanged > 0 {
            console.note("what others have signed since is added with --trust KIT alone")
        }
        let rest = paths.count - state.refreshed - state.unchanged - state.failed
        if !console.quiet || state.worst != .yes {
            let counts = [
                ("refreshed", state.refreshed), ("unchanged", state.unchanged),
                ("failed", state.failed), ("not asked about", rest),
            ]
            let said = counts.prefix(2) + counts.dropFirst(2).filter { $0.1 > 0 }
            console.sum(
                said.map { "\($0.1) \($0.0)" }.joined(separator: ", "),
                [
                    ("refreshed", state.refreshed), ("unchanged", state.unchanged),
                    ("failed", state.failed), ("notAsked", rest),
                ])
        }
        return state.worst
    }

    private func answer(_ record: RefreshedRecord) {
        let id = record.file.content.statement.id
        let word = record.isChanged ? "refreshed" : "unchanged"
        console.print(
            "\(record.file.path) \(id) \(word) \(record.index)",
            [
                ("file", .string(Text(record.file.path))), ("entry", .string(Text("\(id)"))),
                ("status", .string(Text(word))),
                ("index", .integer(Int64(clamping: record.index))),
                ("size", .integer(Int64(clamping: record.size))),
                ("complete", record.completeSize.map { .integer(Int64(clamping: $0)) }),
                ("witnessedAt", record.witnessedAt.map { .string(Text(UTC.text($0))) }),
                ("timestampedAt", record.timestampedAt.map { .string(Text(UTC.text($0))) }),
            ])
    }

    private func fail(_ failure: Failure) {
        state.withLock { state in
            state.worst = state.worst.worst(failure.status)
            if !console.json { state.reasons.add(failure) }
        }
        if console.json { console.report(failure) }
    }
}
