import ArgumentParser
import Encoding
import Files
import Provenance
import Studio

/// Proves that something is in a log, or that a log has only grown.
struct Prove: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that an entry is in the log, or that the log only grew.",
        discussion: """
            A NAME is an artifact, a record, an EntryID, or an index. Each proof is checked
            by the trust kit before it is printed; one that does not hold is an error that
            says who is wrong.

              colophon prove photo.jpg --trust trust/ \\
                --ledger https://ledger.example/prints
              colophon prove photo.jpg.colophon --trust trust/ \\
                --ledger https://ledger.example/prints --format tlog-proof \\
                --out photo.tlog-proof
              colophon prove 4 --trust trust/ --format cose --out entry.receipt \\
                --ledger https://ledger.example/prints
              colophon prove --from saved.checkpoint --trust trust/ \\
                --ledger https://ledger.example/prints

            --from and --to name heads: a number of entries, or a file with a checkpoint (a
            signed note, a tlog-proof or a record). Without --to the newest head is meant.

            --from-tiles takes nothing but the log's own files, so that any copy will do;
            --from DIR is such a copy in a folder. No file says which entries name an
            artifact: naming the record finds its entry by its receipts, an index needs no
            search, and for anything else the newest --limit entries are read.

              colophon prove photo.jpg.colophon --from mirror/ --trust trust/
              colophon prove --from 2 --to 5 --from mirror/ --trust trust/

            --generic proves entries of any log of tiles, by their index:

              colophon prove 4 --generic --policy logs.policy \\
                --ledger https://ledger.example/prints

            A kit that is older than the ledger's keys is followed by the ledger's control
            statements, each of them proven, and a line says how to renew it. Where two
            signed heads contradict each other, what shows it is kept beside the kit as
            fork-....misbehaviour, which "colophon verify-misbehaviour" judges.

            Exit code 1 means that the log does not have it, that it contradicts what is
            known, or that the kit is too old to judge; 3 that nobody can tell now.
            """)

    @Argument(
        help: ArgumentHelp(
            "Artifacts, records, EntryIDs or indexes.", valueName: "file-entry-or-index"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "An entry; beside an artifact, the one of its entries that is meant.",
            valueName: "id"))
    var entry: [String] = []

    @Option(help: ArgumentHelp("The position of an entry.", valueName: "n"))
    var index: [UInt64] = []

    @Option(
        help: ArgumentHelp(
            "The older head: a size, or a file with a checkpoint. A folder is a copy of the log.",
            valueName: "file-size-or-dir"))
    var from: [String] = []

    @Option(
        help: ArgumentHelp(
            "The newer head, or the tree in which entries are proven.",
            valueName: "file-or-size"))
    var to: String?

    @Flag(help: "Read nothing but the log's own files.")
    var fromTiles = false

    @Option(
        help: ArgumentHelp(
            "The most entries that are read where nothing says where an entry is.",
            valueName: "n"))
    var limit = EntryWalk.usualLimit

    @Option(
        help: ArgumentHelp(
            "text, tlog-proof, cose or json; default text.", valueName: "format"))
    var format: ProofFormat?

    @Option(
        help: ArgumentHelp(
            "Write the proof into this file, which must be new or have it already.",
            valueName: "file"))
    var out: String?

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard limit > 0 else { throw .usage("--limit must be 1 or more") }
        let heads = try NamedHeads(from, to: to, isAnyLog: log.generic)
        let format = format ?? (console.json ? .json : .text)
        let desk = try await LogDesk(
            log, folder: heads.folder, filesAlone: fromTiles, common, console)
        try checkForm(format, heads, desk)
        let writer = ProofWriter(format: format, file: out, trust: desk.trust, console: console)
        guard heads.from == nil else {
            guard names.isEmpty, entry.isEmpty, index.isEmpty else {
                throw .usage(
                    "--from names a head, for consistency, and an entry is named too",
                    hint: "--to alone names the tree in which an entry is proven")
            }
            let proof = try await GrowthProofs(desk, heads).proof(asReceipt: format == .cose)
            try writer.write([proof])
            return .yes
        }
        let (subjects, ill) = try subjects(console)
        let run = EntryProofs(
            desk, subjects: subjects, picked: try picked(), in: heads.to, format, limit, console)
        let (proofs, status) = try await run.proofs()
        try writer.write(proofs)
        return status.worst(ill)
    }

    /// Refuses a form that nothing here can be given in, before anybody is asked.
    private func checkForm(
        _ format: ProofFormat, _ heads: NamedHeads, _ desk: LogDesk
    ) throws(Failure) {
        guard format == .cose else { return }
        guard desk.trust.kit != nil else {
            throw .usage(
                "--format cose: a receipt is checked by the ledger's own keys",
                hint: "--trust KIT has them")
        }
        guard !desk.readsFilesAlone || heads.to?.record != nil && heads.from != nil else {
            throw .usage(
                "--format cose: only the ledger signs receipts, and files alone have none",
                hint: "--format tlog-proof needs no signature but that of the checkpoint")
        }
        guard heads.from != nil || heads.to == nil else {
            throw .usage(
                "--format cose: the ledger gives receipts in the tree that it serves",
                hint: "leave out --to, or take --format tlog-proof")
        }
        guard out != nil || !Console.printsToTerminal else {
            throw .usage(
                "--format cose: a receipt is bytes, which a terminal must not be given",
                hint: "--out FILE writes them")
        }
    }

    /// The entries that are picked among an artifact's.
    private func picked() throws(Failure) -> [EntryID] {
        try entry.map { text throws(Failure) in try EntryArgument.parse(text) }
    }

    /// What is to be proven, each with its name; a name that is none is reported.
    private func subjects(
        _ console: Console
    ) throws(Failure) -> ([(name: String, subject: ProofSubject)], ExitStatus) {
        var all: [(name: String, subject: ProofSubject)] = []
        var status = ExitStatus.yes
        for name in names {
            guard log.generic else {
                do throws(Failure) {
                    all.append((name, try ProofSubject.parse(name)))
                } catch {
                    console.report(error)
                    status = status.worst(error.status)
                }
                continue
            }
            guard let index = DecimalNumber.parse(name) else {
                throw .usage(
                    "\"\(name)\" is no index: entries of other logs have no other names here")
            }
            all.append((name, .index(index)))
        }
        all += index.map { ("\($0)", .index($0)) }
        let hasArtifact = all.contains { if case .artifact = $0.subject { true } else { false } }
        if !hasArtifact {
            guard !log.generic || entry.isEmpty else {
                throw .usage("--entry names an entry of a ledger; with --generic take --index")
            }
            all += try picked().map { ("\($0)", .entry($0)) }
        }
        guard !all.isEmpty || status != .yes else {
            throw .usage(
                "nothing is named to be proven",
                hint: "name an artifact, a record, an entry or an index, or --from a size")
        }
        return (all, status)
    }
}

extension ProofFormat: ExpressibleByArgument {}
