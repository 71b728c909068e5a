import ArgumentParser
import Checkpoints
import Encoding
import Files
import HTTPCalls
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Makes a spool.
struct SpoolInit: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a spool in a new or empty folder.",
        discussion: """
              colophon spool init outbox --key berlin.pem \\
                --issuer https://pops.example/berlin \\
                --ledger https://ledger.example/prints --trust trust.colophon-kit

            Writes outbox/spool.json with these settings: the path of the key, never the
            key. The folder gets mode 0700. By the trust kit the records are meant for its
            ledger alone, and sync verifies each receipt.
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("The private key (COLOPHON_KEY).", valueName: "pem"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: ArgumentHelp("The URI of this PoP (COLOPHON_ISSUER).", valueName: "uri"))
    var issuer: String?

    @Option(help: ArgumentHelp("The ledger's address (COLOPHON_LEDGER).", valueName: "url"))
    var ledger: String?

    @Option(help: ArgumentHelp("A trust kit of the ledger (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Flag(
        help: """
            Do without a kit: nobody can then check the receipts that come, and whoever answers at \
            the address is believed.
            """)
    var withoutTrust = false

    @Option(
        help: ArgumentHelp(
            "The only ledger that may register the records; default that of --trust.",
            valueName: "origin"))
    var aud: String?

    @Option(
        help: ArgumentHelp(
            """
            reconciliation: hold records of a drop until it is balanced; \
            claimed-reconciliation: the same, by the ledger's word that its list is whole.
            """, valueName: "gate"))
    var gate: SpoolGate?

    @Option(
        help: ArgumentHelp(
            "An issuer, beside this PoP, whose reconciliations count.", valueName: "uri"))
    var reconciler: [String] = []

    @Option(
        help: ArgumentHelp(
            "An issuer, beside this PoP, whose milestones count.", valueName: "uri"))
    var decider: [String] = []

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings([
            "key": key, "issuer": issuer, "ledger": ledger, "trust": trust,
        ])
        let wanted = try spoolSettings(settings, console)
        let spool: Spool
        do throws(SpoolError) {
            spool = try Spool.make(at: directory, wanted)
        } catch {
            throw Failure(error)
        }
        let id = Hex.encode(spool.settings.spool)
        console.print(
            "\(directory) \(id)",
            [
                ("spool", .string(Text(directory))), ("id", .string(Text(id))),
                ("issuer", .string(wanted.issuer)), ("ledger", .string(Text(wanted.ledger))),
                ("origin", wanted.origin.map { .string($0) }),
            ])
        ClockWords.tellKeeper(PoPClock.state(), console)
        if wanted.trust == nil {
            console.warn(
                directory,
                "has no trust kit: whoever answers at \(wanted.ledger) is believed"
                    + (wanted.origin == nil ? ", and any ledger may register the records" : ""))
        }
        return .yes
    }

    private func spoolSettings(
        _ settings: Settings, _ console: Console
    ) throws(Failure) -> Spool.Settings {
        let keyPath = try settings.required("key")
        let issuer = try uri(settings.required("issuer"), "--issuer")
        let ledger = try Network.url(settings.required("ledger"))
        guard trust == nil || !withoutTrust else {
            throw .usage("--trust and --without-trust exclude each other")
        }
        let kit = withoutTrust ? nil : settings["trust"]
        guard kit != nil || withoutTrust else {
            throw .usage(
                "--trust is missing: without a kit nobody can check the ledger's receipts",
                hint: """
                    colophon trust fetch --ledger \(ShellWord.quoted(ledger.description)) gets it; \
                    --without-trust does without
                    """)
        }
        let key = try NamedFile.privateKey(
            keyPath, PassphraseSource(passphrase, settings, console), console)
        guard let keyID = Hash(key.publicKey.thumbprint) else {
            preconditionFailure("a thumbprint is a SHA-256")
        }
        let origin = try kit.map { path throws(Failure) in
            try NamedFile.kit(path).origin.text
        }
        if let aud, let origin, Text(aud) != origin {
            throw .usage("--aud \(aud) is not the ledger of the kit: \(origin)")
        }
        return Spool.Settings(
            issuer: issuer, key: try absolute(keyPath), keyID: keyID,
            ledger: ledger.description,
            trust: try kit.map { path throws(Failure) in try absolute(path) },
            origin: origin ?? aud.map { Text($0) }, gate: gate?.gate,
            reconcilers: try reconciler.map { name throws(Failure) in
                try uri(name, "--reconciler")
            },
            deciders: try decider.map { name throws(Failure) in try uri(name, "--decider") })
    }

    private func uri(_ name: String, _ flag: String) throws(Failure) -> Text {
        do throws(Refusal) {
            try IdentifierURI.check(Text(name), field: flag, needsScheme: true)
        } catch {
            throw .usage("\(error)", hint: "such as https://pops.example/berlin")
        }
        return Text(name)
    }

    private func absolute(_ path: String) throws(Failure) -> String {
        do throws(FileError) {
            return try NamedPath.absolute(path)
        } catch {
            throw Failure(reading: error)
        }
    }
}

/// What may hold the records of a spool back.
enum SpoolGate: String, ExpressibleByArgument, CaseIterable {
    case reconciliation
    case claimedReconciliation = "claimed-reconciliation"

    var gate: Spool.Settings.Gate {
        switch self {
        case .reconciliation: .reconciliation
        case .claimedReconciliation: .claimedReconciliation
        }
    }
}
