import ArgumentParser
import Checkpoints
import Encoding
import Files
import LedgerClient
import Manifests
import Provenance
import Settings
import Studio

/// Who signs a decision, and where its record goes.
struct MilestoneSigner: ParsableArguments {
    @Option(help: ArgumentHelp("The private key (COLOPHON_KEY).", valueName: "pem"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: ArgumentHelp("Who signs (COLOPHON_ISSUER).", valueName: "uri"))
    var issuer: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the records; default the current one. With --spool they are there.",
            valueName: "dir"))
    var records: String?

    /// Collects the settings of a command that signs.
    func settings(
        _ target: MilestoneOptions, _ common: CommonOptions
    ) async throws(Failure) -> Settings {
        if target.spool != nil {
            guard key == nil, issuer == nil, records == nil else {
                throw .usage("--spool has its own key, issuer and folder of records")
            }
        }
        return try await common.settings(
            target.connection.flags.merging([
                "trust": target.trust, "key": key, "issuer": issuer,
            ]) { $1 })
    }
}

/// Signs decisions, and brings them to the ledger or into the spool.
struct MilestoneDesk {
    /// What became of a decision.
    struct Registered {
        let entry: EntryID
        let status: ExitStatus

        /// The file of the record in the spool; nil where there is none.
        let spooled: String?

        /// The path of a record that is not registered yet, and may be sent again.
        let unsent: String?
    }

    /// The spool; nil where records are submitted at once.
    let spool: SpoolDesk?

    private let target: MilestoneTarget
    private let signer: Signer
    /// The folder of the records; nil for the current one.
    private let folder: String?
    private let settings: Settings
    private let console: Console

    /// Opens the spool, or reads issuer and key.
    init(
        _ named: MilestoneSigner, _ target: MilestoneTarget, spool path: String?,
        _ settings: Settings, _ console: Console
    ) throws(Failure) {
        let passphrases = PassphraseSource(named.passphrase, settings, console)
        if let path {
            let desk = try SpoolDesk(path, nil, passphrases, console)
            (spool, signer) = (desk, desk.signer)
        } else {
            let kit = try NamedFile.kit(target.kit)
            let issuer = try MilestoneTarget.uri(settings.required("issuer"), "--issuer")
            let key = try NamedFile.privateKey(settings.required("key"), passphrases, console)
            spool = nil
            signer = Signer(issuer: issuer, key: key, audience: kit.origin.text)
        }
        guard target.issuers.contains(signer.issuer) else {
            throw .usage(
                "\(signer.issuer) is not the PoP, nor one of its deciders: it would not count",
                hint: "name it with --decider, or in the setting deciders")
        }
        self.target = target
        folder = named.records
        self.settings = settings
        self.console = console
    }

    /// Signs a decision, and seals it into the spool, or submits it.
    func register(_ plan: MilestonePlan) async throws(Failure) -> Registered {
        let name = "milestone-\(plan.decision.rawValue)"
        if let spool {
            let sealed = try spool.seal(name, console) { chain throws(SignerError) in
                try sign(plan, chain)
            }
            tell(plan, sealed.signed.id, at: sealed.record.fileName)
            return Registered(
                entry: sealed.signed.id, status: .yes, spooled: sealed.record.fileName,
                unsent: nil)
        }
        let record: SignedRecord
        do throws(SignerError) {
            record = try sign(plan, nil)
        } catch {
            throw Failure(error, signing: name)
        }
        let file = "\(name)-\(record.id)\(RecordFile.suffix)"
        let path = folder.map { "\($0)/\(file)" } ?? file
        try NamedFile.write(record.bytes, to: path, .create)
        tell(plan, record.id, at: path)
        return await submit(path, record.id)
    }

    /// Submits the record at `path`, which stays where that fails.
    func submit(_ path: String, _ entry: EntryID) async -> Registered {
        let words = RefusalWords(publicKey: settings["key"].map(Keygen.publicPath(of:)))
        let report = SubmissionReport(
            of: [path], at: target.ledger, words, kit: nil, printsReceipt: false, console)
        await LedgerClient.with(target.ledger, options: target.options) { client in
            await RecordSubmission(client: client) { report.take($0) }.run([path])
        }
        let status = report.end()
        return Registered(
            entry: entry, status: status, spooled: nil, unsent: status == .tryAgain ? path : nil)
    }

    private func sign(
        _ plan: MilestonePlan, _ chain: Chain?
    ) throws(SignerError) -> SignedRecord {
        try signer.sign(
            PredicateType.milestone, plan.members, thread: target.milestone, chain: chain)
    }

    private func tell(_ plan: MilestonePlan, _ entry: EntryID, at path: String) {
        console.print(
            "\(plan.decision.rawValue) \(entry)",
            [
                ("decision", .string(Text(plan.decision.rawValue))),
                ("milestone", .string(target.milestone)), ("slice", .string(target.slice)),
                ("entry", .string(Text("\(entry)"))), ("colophon", .string(Text(path))),
                ("observed", plan.members["observed"]),
                ("override", plan.override.map { .string($0) }),
            ])
        if spool != nil { console.note("sealed as \(path); spool sync sends it") }
        guard let reason = plan.override, !console.json else { return }
        console.warn(nil, "against the threshold: \(reason.string)")
    }
}
