public import ArgumentParser
public import Provenance
import Studio

/// Says what is proven about artifacts, offline.
struct Verify: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is proven about artifacts; uses no network.",
        discussion: """
            Checks each FILE against the FILE.colophon beside it and against a trust
            kit.

              colophon verify photo.jpg --trust trust/
              colophon verify photo.jpg elsewhere/photo.colophon --trust trust/
              colophon verify *.jpg --trust trust/ --json
              colophon verify --record-only decision.json.colophon --trust trust/

            Levels, each with those before it: signed (a key that the ledger knows),
            logged (in the log at a signed checkpoint), witnessed, timestamped,
            anchored. Exit code 0 means that the required level is reached, nothing is
            false, and the statement names FILE.

            --record-only asks about the record alone, and opens no FILE: for types
            that have none (milestone, reconciliation, postmortem, telemetry, and the
            ledger's own), or where the artifact is not at hand. Exit code 0 then says
            nothing about any file that lies beside the record.
            """)

    @Argument(
        help: ArgumentHelp(
            "The artifacts; two names may be an artifact and its record.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("The trust kit (COLOPHON_TRUST).", valueName: "dir"))
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

    @Option(help: ArgumentHelp("A receipt from elsewhere; may be repeated.", valueName: "file"))
    var receipt: [String] = []

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(["trust": trust])
        let kit = try NamedFile.kit(settings.required("trust"))
        var receipts: [[UInt8]] = []
        for path in receipt {
            receipts.append(try NamedFile.bytes(of: path, limit: FileLimit.receipt))
        }
        let pairs =
            try recordOnly ? VerifiedPair.records(of: files) : VerifiedPair.pairs(of: files)
        guard receipts.isEmpty || pairs.count == 1 else {
            throw .usage("--receipt goes with one file, but \(pairs.count) are named")
        }
        var status = ExitStatus.yes
        for pair in pairs {
            do throws(Failure) {
                let file = try NamedFile.recordBytes(pair.record)
                let artifact = try pair.artifact.map { path throws(Failure) in
                    try NamedFile.digest(of: path, for: file, console)
                }
                let report = Verifier(kit).verify(
                    file: file, artifact: artifact, recordOnly: recordOnly,
                    extraReceipts: receipts, time: UTC.now, require: require)
                let verdict = VerdictText(pair.name, report)
                console.json ? console.print(json: verdict.json) : verdict.print(to: console)
                status = status.worst(report.ok ? .yes : .no)
            } catch {
                console.report(error)
                status = status.worst(error.status)
            }
        }
        return status
    }
}

extension Level: ExpressibleByArgument {}

/// An artifact and the record that is about it.
struct VerifiedPair {
    /// The artifact or record that the answer is about, as it was named.
    let name: String

    /// The artifact; nil where only its record is there, or asked about.
    let artifact: String?

    let record: String

    /// Pairs the arguments: `FILE...` with a record beside each, or `FILE FILE.colophon`.
    static func pairs(of arguments: [String]) throws(Failure) -> [VerifiedPair] {
        if isPair(arguments) {
            return [
                VerifiedPair(
                    name: arguments[0], artifact: arguments[0], record: arguments[1])
            ]
        }
        return try arguments.map { argument throws(Failure) in
            guard isRecord(argument) else {
                return VerifiedPair(
                    name: argument, artifact: argument, record: argument + ".colophon")
            }
            let work = String(argument.dropLast(".colophon".count))
            return VerifiedPair(
                name: argument, artifact: try NamedFile.isTaken(work) ? work : nil,
                record: argument)
        }
    }

    /// The records that the arguments name, alone: no artifact is opened, not even whether it is
    /// there, and the answer bears the record's name.
    static func records(of arguments: [String]) -> [VerifiedPair] {
        (isPair(arguments) ? [arguments[1]] : arguments).map { argument in
            let record = isRecord(argument) ? argument : argument + ".colophon"
            return VerifiedPair(name: record, artifact: nil, record: record)
        }
    }

    /// Says whether the arguments are an artifact and its record in any folder.
    private static func isPair(_ arguments: [String]) -> Bool {
        arguments.count == 2 && isRecord(arguments[1]) && !isRecord(arguments[0])
    }

    private static func isRecord(_ path: String) -> Bool {
        path.hasSuffix(".colophon")
    }
}
