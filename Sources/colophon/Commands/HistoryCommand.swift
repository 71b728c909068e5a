import ArgumentParser
import Cards
import Encoding
import Provenance
import Studio

/// Shows the life of a work: what it was made from, and what was made of it.
struct HistoryCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show a work's captures, edits, copies and corrections, each proven.",
        discussion: """
            A NAME is a record, an artifact, an EntryID or an index. Each step is proven to
            be in the log, and its signer is judged by the trust kit. What a step says is
            its signer's word.

              colophon history photo.jpg.colophon --trust trust/ \\
                --ledger https://ledger.example/prints
              colophon history 4 --from mirror/ --trust trust/
              colophon history photo.jpg --trust trust/ --html \\
                --ledger https://ledger.example/prints > history.html

            [P] is proven here, [S] the signer's word, [W] seen by others, [?] not known
            here. A parent that the ledger does not have, that another signed, or that was
            not looked at says so. Steps that take others back are shown at both.

            Which entries there are is the ledger's word. --from DIR, and --from-tiles, go
            through the log's own files instead: the newest --limit entries.

            Exit code 1 means that the log does not have the entry, or that a step is
            false; 3 that nobody can tell now.
            """)

    @Argument(
        help: ArgumentHelp(
            "A record, an artifact, an EntryID or an index.", valueName: "file-entry-or-index"))
    var name: String?

    @Option(help: ArgumentHelp("The entry.", valueName: "id"))
    var entry: String?

    @OptionGroup var connection: LedgerConnection

    @OptionGroup var judge: KitOptions

    @Option(
        help: ArgumentHelp(
            "The most entries that are read where no list names them.", valueName: "n"))
    var limit = EntryWalk.usualLimit

    @OptionGroup var place: LogPlace

    @OptionGroup var form: CardOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard limit > 0 else { throw .usage("--limit must be 1 or more") }
        try judge.check()
        let language = try form.language(console)
        let subject = try subject(console)
        let settings = try await judge.settings(common, connection)
        let (named, kit) = try judge.read(settings)
        let desk = try LogDesk(
            connection, place, kit: named, kit, requiringQuorum: judge.requiresQuorum, settings,
            console)
        let history = try await read(subject, kit, named, desk, console)
        show(history, language, console)
        return history.isFalse ? .no : .yes
    }

    private func read(
        _ subject: HistorySubject, _ kit: TrustKit, _ named: NamedKit, _ desk: LogDesk,
        _ console: Console
    ) async throws(Failure) -> WorkHistory {
        let progress = ProgressLine(console)
        defer { progress.clear() }
        let walk = EntryWalk(limit: limit) { entries in
            console.note("going through the newest \(entries) entries of the log's files")
        } onProgress: { done, total, bytes in
            progress.report("reading entries", done, of: total, bytes: bytes)
        }
        return try await desk.with { log throws(ProvingError) in
            try await HistoryReader(log, by: kit, renewing: named.files, walk)
                .history(of: subject)
        }
    }

    private func show(_ history: WorkHistory, _ language: CardLanguage, _ console: Console) {
        if console.json {
            console.print(json: HistoryJSON(history, in: language).object)
        } else if form.html {
            console.print(text: String(HistoryPage(history, in: language).page.dropLast()))
        } else {
            console.print(text: String(HistoryText(history, in: language).text.dropLast()))
        }
    }

    private func subject(_ console: Console) throws(Failure) -> HistorySubject {
        guard let text = entry ?? name, entry == nil || name == nil else {
            throw .usage(
                "one record, artifact or entry is to be named",
                hint: "colophon history photo.jpg.colophon")
        }
        if entry != nil { return .entry(try EntryArgument.parse(text)) }
        switch try ProofSubject.parse(text) {
        case .index(let index): return .index(index)
        case .entry(let entry): return .entry(entry)
        case .record(let path): return .record(try NamedFile.record(path).content)
        case .artifact(let path):
            // Its record, where there is one, tells more than its digest.
            let record = path + RecordFile.suffix
            if try NamedFile.isTaken(record) {
                return .record(try NamedFile.record(record).content)
            }
            return .artifact(try NamedFile.work(path, console).digest)
        }
    }
}

extension WorkHistory {
    /// Whether a step is false: its signature does not hold, or its key may not have signed it.
    fileprivate var isFalse: Bool {
        steps.contains { if case .refuted = $0.signer { true } else { false } }
    }
}
