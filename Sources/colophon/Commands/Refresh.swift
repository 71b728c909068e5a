import ArgumentParser
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio

/// Completes records by what their ledger has for them now.
struct Refresh: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add to records what witnesses and authorities have signed since.",
        discussion: """
            Each FILE.colophon gets the cosignatures that came after its receipt, the
            receipts of the first and of the newest head that witnesses have seen, and
            the earliest timestamp of each authority. What it has stays: the earliest
            evidence is never replaced. Of a folder, all records in it and in the
            folders below are refreshed.

              colophon refresh photo.jpg.colophon --ledger https://ledger.example/prints \\
                --trust trust.colophon-kit
              colophon refresh shoot/ --ledger https://ledger.example/prints \\
                --trust trust.colophon-kit

            With --trust, or COLOPHON_TRUST, all that the ledger gives is verified by the
            kit before it is written, each cosignature by the key of its witness, each
            timestamp by the roots of its authority. Without a kit nobody can say which
            are good: a record that has a receipt stays as it is, and the ledger's answer
            is held to it. What does not hold leaves the file as it was. A record that is
            in the ledger and has no receipt gets its first.

            --complete also puts the ledger's newest proof into each record of which
            entries name its files and belong to its thread (see "complete"), and keeps
            the earliest beside it. Older versions of this program call such a record
            false: "unrecognised part".

              colophon refresh photo.jpg.colophon --complete --trust trust/ \\
                --ledger https://ledger.example/prints

            With --complete --copy DIR nobody is asked: the proofs of all records are
            made from a copy of the log, which colophon mirror or colophond export keeps,
            in one reading. A copy has no receipts, so a record must have its own.
            --cache DIR keeps the sorted keys of the copy, as "complete" does.

              colophon refresh shoot/ --complete --copy mirror/ --cache mirror-keys/ \\
                --trust trust/
            """)

    @OptionGroup var records: RecordNames

    @OptionGroup var connection: LedgerConnection

    @Option(
        help: ArgumentHelp(
            "The trust kit that verifies what the ledger gives (COLOPHON_TRUST).",
            valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            "Bitcoin block headers that you trust (COLOPHON_BITCOIN_HEADERS).", valueName: "file"))
    var bitcoinHeaders: String?

    @Flag(help: "Put the newest proof of completeness into each record; needs a kit.")
    var complete = false

    @OptionGroup var copied: CopyOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try checkCopy()
        let records = try records.all
        guard !records.isEmpty else {
            throw .usage("no record is named", hint: "colophon refresh photo.jpg.colophon")
        }
        let paths = try NamedFile.records(records)
        try NamedFile.requireOutsideSpools(paths)
        let settings = try await common.settings(
            connection.flags.merging(["trust": trust, "bitcoin-headers": bitcoinHeaders]) { $1 })
        let kitPath = settings["trust"]
        let named = try kitPath.map { path throws(Failure) in try NamedFile.namedKit(path) }
        let kit = try named.map { named throws(Failure) in try NamedFile.kit(named) }
        guard !complete || kit != nil else {
            throw .usage(
                "--complete needs a trust kit: nobody else can say what a proof shows",
                hint: "--trust KIT names it; colophon trust fetch gets the ledger's")
        }
        var checkers: [EvidenceChecker] = []
        if let kit, let named {
            checkers = try NamedFile.checkers(of: kit, in: named, settings, clock: { UTC.now })
        }
        if let copy = copied.copy, let named, let kit {
            return try await complete(paths, from: copy, named, kit, checkers, console)
        }
        let url = try Network.url(settings.required("ledger"))
        let options = try Network.options(settings, console)
        let report = RefreshReport(of: paths, at: .ledger(url), kit: kitPath, console)
        await StopSignal.during { [checkers, complete] in
            await LedgerClient.with(url, options: options) { client in
                await RecordRefresh(
                    client: client, kit: kit, checkers: checkers, withComplete: complete,
                    onEvent: { report.take($0) }
                ).run(paths)
            }
        }
        return report.end()
    }

    /// Refuses what a copy cannot do.
    private func checkCopy() throws(Failure) {
        try copied.check(connection)
        guard copied.copy == nil || complete else {
            throw .usage(
                "--copy goes with --complete: a copy of a log has no receipts",
                hint: "what others have signed since is the ledger's to give: --ledger URL")
        }
    }

    /// Puts proofs of completeness into records that are made from a copy.
    private func complete(
        _ paths: [String], from copy: String, _ named: NamedKit, _ kit: TrustKit,
        _ checkers: [EvidenceChecker], _ console: Console
    ) async throws(Failure) -> ExitStatus {
        let desk = try LogDesk(copy: copy, kit: named, kit, console)
        let reading = CopiedIndexReading(kit: kit, cache: copied.cache)
        let index = try await StopSignal.during(trying: { () async throws(Failure) in
            try await reading.open(at: desk, console)
        })
        let source = CopiedCompletes(index, at: desk)
        let report = RefreshReport(
            of: paths, at: .copy(desk.place, kit.origin), kit: named.path, console)
        await StopSignal.during {
            await RecordRefresh(
                completing: source, by: kit, checkers: checkers, onEvent: { report.take($0) }
            ).run(paths)
        }
        let status = report.end()
        return source.failure.map { status.worst($0.status) } ?? status
    }
}
