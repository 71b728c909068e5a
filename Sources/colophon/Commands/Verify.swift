public import ArgumentParser
import Encoding
public import Provenance
import Settings
import Studio

/// Says what is proven about artifacts, offline.
struct Verify: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is proven about artifacts; asks nobody, but for --ledger.",
        discussion: """
            Checks each FILE against the FILE.colophon beside it and against a trust
            kit.

              colophon verify photo.jpg --trust trust/
              colophon verify photo.jpg elsewhere/photo.colophon --trust trust/
              colophon verify *.jpg --trust trust/ --json
              colophon verify --record-only decision.json.colophon --trust trust/

              colophon verify photo.jpg --issuer https://pops.example/berlin --trust trust/
              colophon verify photo.jpg --trust trust/ \\
                --ledger https://ledger.example/prints

            The first line names the signer: whether that is the right one, only you
            know. --issuer, or verify-issuers in the configuration, refuses all others.

            Levels, each with those before it: signed (a key that the ledger knows),
            logged (in the log at a signed checkpoint), witnessed (by the kit's quorum),
            timestamped (by an authority of the kit), anchored (in a Bitcoin block). Exit
            code 0 means that the required level is reached, nothing is false or suspect,
            and the statement names FILE.

            --bitcoin-headers FILE has lines HEIGHT HEADER, a header as 160 hexadecimal
            digits, from a node or an explorer that you trust: who gave you the file is
            believed. A block's time is good to about two hours. Nobody is asked for one.

            Suspect is what a key signed after the point from which its owner no longer
            trusts it: a thief may have signed it. --accept-suspect takes it all the same.

            --ledger URL looks at the ledger's newest state first, and judges by it: was
            the key revoked, the manifest erased since? The ledger must show that its log
            extends the kit's, and nothing is written. Without the flag nobody is asked,
            whatever COLOPHON_LEDGER and the configuration say.

            --record-only asks about the record alone, and opens no FILE: for types
            that have none (milestone, reconciliation, postmortem, telemetry, and the
            ledger's own), or where the artifact is not at hand. Exit code 0 then says
            nothing about any file that lies beside the record.

            --complete FILE is a proof that a listing is complete: which entries name the
            work, or belong to its thread, among the first of the log, and that there is
            no other. Without a work it is judged alone.
            """)

    @Argument(
        help: ArgumentHelp(
            "The artifacts; two names may be an artifact and its record.", valueName: "file"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The trust kit (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            """
            The level that must be reached; default witnessed where the kit asks for witnesses, \
            else logged.
            """, valueName: "level"))
    var require: Level?

    @Flag(help: "Judge the record alone: open no artifact, and vouch for none.")
    var recordOnly = false

    @Option(
        help: ArgumentHelp(
            """
            A signer that is expected; may be repeated. Another signer is false. Without it the \
            configuration's verify-issuers are expected, else the signer is named.
            """, valueName: "uri"))
    var issuer: [String] = []

    @Option(
        help: ArgumentHelp(
            "Look for a newer state at this ledger; no setting stands in for it.",
            valueName: "url"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "The only authorities (PEM) that may vouch for the ledger (COLOPHON_CA).",
            valueName: "file"))
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "Bitcoin block headers that you trust (COLOPHON_BITCOIN_HEADERS).", valueName: "file"))
    var bitcoinHeaders: String?

    @Flag(help: "Take what a key signed where it is suspect: it may be a thief's.")
    var acceptSuspect = false

    @Flag(help: "Say everything that was found.")
    var verbose = false

    @Option(help: ArgumentHelp("A receipt from elsewhere; may be repeated.", valueName: "file"))
    var receipt: [String] = []

    @OptionGroup var complete: CompleteOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard !files.isEmpty || complete.isUsed else {
            throw .usage(
                "nothing is named that could be verified",
                hint: "name the works, or a proof of completeness by --complete FILE")
        }
        let settings = try await common.settings([
            "trust": trust, "ca": ca, "bitcoin-headers": bitcoinHeaders,
        ])
        let kitPath = try settings.requiredKit()
        let named = try NamedFile.namedKit(kitPath)
        let own = try NamedFile.kit(named)
        let online = try await look(from: named, own, settings, console)
        let kit = online?.kit ?? own
        let receipts = try extraReceipts()
        // A record that is asked about alone is found without a look at what lies beside it.
        let paths = try NamedFile.records(files, besideFirst: recordOnly)
        let pairs = try recordOnly ? VerifiedPair.records(of: paths) : VerifiedPair.pairs(of: paths)
        try Self.refuseProofs(among: pairs)
        guard receipts.isEmpty || pairs.count == 1 else {
            throw .usage("--receipt goes with one file, but \(pairs.count) are named")
        }
        let now = UTC.now
        let verifier = Verifier(
            kit, checkers: try NamedFile.checkers(of: kit, in: named, settings, clock: { now }))
        let completes = try complete.proofs()
        guard !pairs.isEmpty else {
            guard issuer.isEmpty, !acceptSuspect else {
                throw .usage("--issuer and --accept-suspect are about works, and none is named")
            }
            return complete.judge(completes, by: verifier, at: now, require, console)
        }
        let known = KnownRecords()
        let shown = Self.shown(
            pairs, besideProofs: !completes.isEmpty, known, by: verifier, at: now)
        let judging = RecordJudging(
            verifier: verifier, names: NamedFile.names(console), kit: kitPath,
            address: settings["ledger"], online: online?.ledger, now: now,
            isRecordOnly: recordOnly, issuers: try expectedIssuers(settings),
            acceptsSuspect: acceptSuspect, receipts: receipts, required: require,
            completes: completes.map(\.bytes), kinds: try complete.kinds(),
            shown: shown, known: known)
        let advice = KitText.advice(about: kit, at: kitPath, ledger: settings["ledger"])
        var status = ExitStatus.yes
        var verified = 0
        for pair in pairs {
            do throws(Failure) {
                let (report, verdict) = try judging.judge(pair, console)
                console.json
                    ? console.print(json: verdict.json)
                    : verdict.print(to: console, verbose: verbose)
                // A kit of just now is as new as can be.
                if online == nil { KitText.print(advice, about: report, to: console) }
                status = status.worst(verdict.status)
                if report.ok { verified += 1 }
            } catch {
                console.report(error)
                status = status.worst(error.status)
            }
        }
        summarize(verified, of: pairs.count, console)
        return status
    }

    /// Refuses a proof of completeness in the place of a work.
    private static func refuseProofs(among pairs: [VerifiedPair]) throws(Failure) {
        for pair in pairs where pair.name.hasSuffix(CompleteProof.fileSuffix) {
            guard try !NamedFile.isTaken(pair.record) else { continue }
            throw .usage(
                "\(pair.name) is by its name a proof of completeness, and no work",
                hint: "--complete FILE names one, beside the works or alone")
        }
    }

    /// The entries of all records, as far as they are proven to stand in the kit's ledger; none
    /// where no proof is named, and none of the records carries one.
    ///
    /// A record that cannot be read is reported where it is judged; one from a pipe is read there
    /// alone.
    private static func shown(
        _ pairs: [VerifiedPair], besideProofs isAsked: Bool, _ known: KnownRecords,
        by verifier: Verifier, at now: UInt64
    ) -> ShownEntries {
        func file(_ pair: VerifiedPair) -> [UInt8]? {
            guard (try? NamedFile.beginsAsRecord(pair.record)) == true else { return nil }
            return try? NamedFile.recordBytes(pair.record, known)
        }
        guard pairs.count > 1,
            isAsked || pairs.contains(where: { file($0).map(Self.carriesProofs) ?? false })
        else { return .none }
        return ShownEntries(
            pairs.compactMap { pair in
                file(pair).flatMap {
                    IndexedEntry(
                        verifier.verify(file: $0, artifact: nil, recordOnly: true, time: now))
                }
            })
    }

    /// A record in which nothing can be read carries none.
    private static func carriesProofs(_ file: [UInt8]) -> Bool {
        (try? TransparentStatement(file)).map { !$0.completes.isEmpty } ?? false
    }

    private func extraReceipts() throws(Failure) -> [[UInt8]] {
        var receipts: [[UInt8]] = []
        for path in receipt {
            receipts.append(try NamedFile.bytes(of: path, limit: FileLimit.receipt))
        }
        return receipts
    }

    /// Looks at the ledger's newest state where the flag asks for that, and only there.
    private func look(
        from named: NamedKit, _ own: TrustKit, _ settings: Settings, _ console: Console
    ) async throws(Failure) -> OnlineLook? {
        guard let ledger else {
            guard ca == nil else { throw .usage("--ca goes with --ledger") }
            return nil
        }
        let url = try Network.url(ledger)
        let options = try Network.options(settings, for: url, console)
        return try await OnlineLook(from: named, own: own, at: url, options)
    }

    /// The signers that are expected; nil where everyone that the kit knows will do.
    ///
    /// The setting `issuer` is the PoP's own and is not asked.
    private func expectedIssuers(_ settings: Settings) throws(Failure) -> Set<Text>? {
        let names = issuer.isEmpty ? settings.list("verify-issuers") : issuer
        for name in names where !name.contains(":") {
            throw .usage(
                "\(issuer.isEmpty ? "verify-issuers" : "--issuer"): \"\(name)\" is no issuer",
                hint: "an issuer is a URI with its scheme, like https://pops.example/berlin")
        }
        guard !names.isEmpty || settings["verify-issuers"] == nil else {
            throw .usage(
                "verify-issuers: names nobody", hint: "name the signers, or take the setting out")
        }
        return names.isEmpty ? nil : Set(names.map { Text($0) })
    }

    /// Counts, where several were asked about.
    private func summarize(_ verified: Int, of count: Int, _ console: Console) {
        guard count > 1, !console.json, !console.quiet || verified < count else { return }
        let rest = verified < count ? ", \(count - verified) not" : ""
        console.print("\(count) \(recordOnly ? "records" : "works"): \(verified) verified\(rest)")
    }
}

extension Level: ExpressibleByArgument {}
