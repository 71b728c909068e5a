import ArgumentParser
import Encoding
import Files
import HTTPCalls
import LedgerClient
import Merkle
import Provenance
import Settings
import Studio

/// Asks whether a ledger has all that a PoP has numbered.
struct ChainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chain",
        abstract: "Find out whether a ledger has all that a PoP has numbered.",
        subcommands: [Check.self])

    struct Check: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Name the numbers of a PoP's spools that are missing or doubled.",
            discussion: """
                  colophon chain check --issuer https://pops.example/berlin \\
                    --ledger https://ledger.example/prints --trust trust.colophon-kit

                A spool numbers what it signs, from 0 on, and each statement names the one
                before it. All entries of the issuer are read and proven by the trust kit:
                each number must be there once, and each name must hold. A number that is
                there twice was signed by a copy of the spool.

                With --spool DIR also by what the PoP itself has: what still waits there is
                not missing, and the newest number is known. DIR tells issuer, ledger and
                trust kit too.

                The ledger must prove that its list is whole: by an index head, and the
                entries that none covers are read, at most 65536. A head that leaves out an
                entry of the issuer convicts the ledger, and what shows it is written beside
                the trust kit. --accept-claimed takes the ledger's word. Of a log that is
                longer, and has no index head, there is no more than that: an entry that the
                ledger hides shows as a gap, unless it is the newest of its spool. Where an
                audit has read the whole log, none can be hidden, and nobody is asked:

                  colophon chain check --issuer https://pops.example/berlin \\
                    --audit audit-state/

                Exit code 0: whole; 1: gaps or doubles; 3: nobody can tell.
                """)

        @Option(
            help: ArgumentHelp("The URI of the PoP (COLOPHON_ISSUER).", valueName: "uri"))
        var issuer: String?

        @OptionGroup var connection: LedgerConnection

        @Option(
            help: ArgumentHelp(
                "The trust kit that proves what the ledger gives (COLOPHON_TRUST).",
                valueName: "kit"))
        var trust: String?

        @Option(help: ArgumentHelp("The PoP's own spool.", valueName: "dir"))
        var spool: String?

        @Option(help: ArgumentHelp("The first number to look at.", valueName: "n"))
        var from: UInt64 = 0

        @Flag(help: "Take the ledger's word that its list is whole.")
        var acceptClaimed = false

        @Option(
            help: ArgumentHelp(
                "The state of an audit (audit --state), in the ledger's place.",
                valueName: "dir"))
        var audit: String?

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let local = try spool.map { path throws(Failure) in try OwnSpool(path) }
            let known = local?.spool.settings
            let settings = try await common.settings(
                connection.flags.merging([
                    "ledger": connection.ledger ?? known?.ledger, "trust": trust ?? known?.trust,
                    "issuer": issuer ?? known?.issuer.string,
                ]) { $1 })
            let issuer = Text(try settings.required("issuer"))
            // The folder first: what is sealed meanwhile is no gap.
            if let audit {
                guard connection.ledger == nil else {
                    throw .usage(
                        "--audit and --ledger name two sources",
                        hint: "--audit asks nobody: leave --ledger out")
                }
                guard !acceptClaimed else {
                    throw .usage(
                        "--accept-claimed is about a ledger's list, and --audit asks nobody")
                }
                let kit = try (trust ?? known?.trust).map { path throws(Failure) in
                    try NamedFile.kit(path)
                }
                return try AuditedChain(of: issuer, in: audit, kit).check(
                    from: from, local?.numbers, console)
            }
            let entries = try await entries(of: issuer, settings, console)
            let chains = SpoolChain.all(
                of: entries.numbered, from: from, local: local?.numbers)
            return ChainReport(issuer: issuer, from: .list, console).print(chains, entries)
        }

        /// Reads what the ledger lists of an issuer.
        private func entries(
            of issuer: Text, _ settings: Settings, _ console: Console
        ) async throws(Failure) -> IssuerEntries {
            let url = try Network.url(settings.required("ledger"))
            let options = try Network.options(settings, console)
            let named = try NamedFile.namedKit(settings.requiredKit())
            let kit = try NamedFile.kit(named)
            let progress = ProgressLine(console)
            do throws(ChainCheckError) {
                defer { progress.clear() }
                return try await LedgerClient.with(url, options: options) {
                    client throws(ChainCheckError) in
                    try await ChainReader(client, kit) { done, total, bytes in
                        progress.report(
                            "reading entries", UInt64(done), of: UInt64(total),
                            bytes: UInt64(bytes))
                    }.entries(of: issuer, trusting: acceptClaimed ? .word : .proof)
                }
            } catch .falseProof(_, let entry?) {
                throw OmissionText.failure(entry, at: OmissionPlace(beside: named, of: url))
            } catch {
                throw Failure(error, of: issuer, at: url, kit: named.path)
            }
        }
    }
}

/// The PoP's own side of a check.
private struct OwnSpool {
    let spool: Spool
    let numbers: SpoolNumbers

    init(_ path: String) throws(Failure) {
        do throws(SpoolError) {
            spool = try Spool(path, for: .reading)
            numbers = try SpoolNumbers(of: spool)
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// Why nobody can tell whether a ledger has all of an issuer.
    init(_ error: ChainCheckError, of issuer: Text, at ledger: ServiceURL, kit: String) {
        switch error {
        case .ledger(let error): self.init(error, "\(ledger)")
        case .log(let error):
            self.init(
                .tryAgain, "\(ledger)", "what it gives of the log is not proven: \(error)",
                hint: "check the address, and that \(ShellWord.quoted(kit)) is this ledger's kit")
        case .fork(let error):
            self = .no(
                "\(ledger)", "\(error)", hint: "keep the kit, and tell the ledger's operator")
        case .tooMany(let limit):
            self.init(
                .tryAgain, "\(issuer)", "has more than \(limit) entries, the most that are read")
        case .listRefuted(let index, let entry):
            self = .no(
                "\(ledger)",
                "lists entry \(entry) of \(issuer) at \(index), and the log does not have it there")
        case .falseProof(let words, _):
            self = .no(
                "\(ledger)",
                "gave a proof that is false of which entries are \(issuer)'s: \(words)",
                hint: "keep the kit, and tell the ledger's operator")
        case .notShown(let words):
            self.init(
                .tryAgain, "\(ledger)", "does not show that its list is whole: \(words)",
                hint: "ask again in a minute; --accept-claimed takes the ledger's word")
        }
    }
}
