import ArgumentParser
import Encoding
import Manifests
import Provenance
import Settings
import Studio

/// Signs statements about artifacts, with no network.
struct Sign: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign statements about artifacts; needs no network.",
        discussion: """
            Writes FILE.colophon beside each FILE: a manifest that says who made it,
            when and how, and the signature over it. Of a folder, the files in it and in the
            folders below that have no record yet.

              colophon sign photo.jpg --title "Estuary No. 4" --creator "Ana Example" \\
                --key berlin.pem --issuer https://pops.example/berlin

            A copy of an edition, and a crop of a picture that has its own record:

              colophon sign print.tif --edition 7/50 --drop https://drops.example/estuary \\
                --event issue --title "Estuary No. 4" --creator "Ana Example"
              colophon sign crop.jpg --parent photo.jpg.colophon --action c2pa.cropped \\
                --title "Estuary, detail" --creator "Ana Example"

            A correction of what a record says of the same file; photo.jpg.colophon stays,
            and the correction becomes photo.jpg.1.colophon:

              colophon sign photo.jpg --event correct --parent photo.jpg.colophon \\
                --title "Estuary No. 5" --creator "Ana Example"

            Records without an artifact, and a finished in-toto Statement of a build:

              colophon sign --type milestone --predicate decision.json --trust trust/
              colophon sign --manifest slsa.json --key build.pem \\
                --issuer https://ci.example/builds

            Into a spool, whose sync sends the records when there is a network:

              colophon sign --spool outbox photo.jpg --title "Estuary No. 4" \\
                --creator "Ana Example"

            --key, --issuer and --creator may come from the environment or the
            configuration.
            """)

    @Argument(help: ArgumentHelp("The artifacts, or folders of them.", valueName: "file"))
    var files: [String] = []

    @OptionGroup(title: "Who signs") var signer: SignerOptions
    @OptionGroup(title: "What is said") var record: RecordOptions

    @Option(
        help: ArgumentHelp(
            "The kind of record: provenance, milestone, reconciliation, postmortem, telemetry.",
            valueName: "type"))
    var type: RecordType = .provenance

    @Option(
        help: ArgumentHelp("JSON members that are merged into the predicate.", valueName: "file"))
    var predicate: String?

    @Option(
        help: ArgumentHelp("A finished in-toto Statement, signed as it is.", valueName: "file"))
    var manifest: String?

    @Flag(
        help: ArgumentHelp(
            """
            Replace an existing FILE.colophon: this makes a second entry. One that has a receipt \
            is kept as FILE.1.colophon.
            """))
    var force = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try checkCombination()
        let settings = try await common.settings([
            "key": signer.key, "issuer": signer.issuer, "trust": signer.trust,
            "creator": record.creator,
        ])
        let desk = try SigningDesk(signer, settings, force: force, console)
        if let manifest { return try desk.sign(finished: manifest) }
        let extra = try predicate.map { path throws(Failure) in
            try NamedFile.object(path, limit: FileLimit.predicate)
        }
        if type != .provenance {
            guard let predicate, let extra else { throw .usage("--predicate is missing") }
            return try desk.sign(type, extra, predicate)
        }
        let draft = try record.draft(
            usualCreator: settings["creator"], extra: extra ?? JSON.Object(), predicate)
        ActionNames.warn(draft, predicate, console)
        let works = try NamedFile.unsignedWorks(files, console)
        guard record.edition == nil || works.count <= 1 else {
            throw .usage("--edition is about one copy, but \(works.count) files are named")
        }
        var status = ExitStatus.yes
        for file in works {
            do throws(Failure) {
                status = status.worst(
                    try desk.sign(file, draft, predicate, isNamed: files.contains(file)))
            } catch {
                console.report(error)
                status = status.worst(error.status)
                if error.endsRun { break }
            }
        }
        return status
    }

    /// Refuses flags that contradict each other, before anything is read.
    private func checkCombination() throws(Failure) {
        if manifest != nil {
            guard files.isEmpty, predicate == nil, type == .provenance, record.isEmpty else {
                throw .usage("--manifest is signed as it is: no FILE, --type or record flags")
            }
            return
        }
        guard type == .provenance else {
            guard files.isEmpty, record.isEmpty else {
                throw .usage(
                    "--type \(type.rawValue) has no artifact: no FILE and no record flags",
                    hint: "all members go into the file of --predicate")
            }
            return
        }
        guard !files.isEmpty else {
            throw .usage("no file is named", hint: "colophon sign --help shows examples")
        }
        guard record.edition == nil || files.count == 1 else {
            throw .usage(
                "--edition is about one copy, but \(files.count) files are named",
                hint: "sign each copy by itself")
        }
        guard record.edition == nil || signer.sub == nil else {
            throw .usage(
                "--sub and --edition exclude each other",
                hint: "the thread of a copy is DROP#SERIAL")
        }
    }
}

/// The types that `sign` makes the predicate of.
enum RecordType: String, ExpressibleByArgument, CaseIterable {
    case provenance
    case milestone
    case reconciliation
    case postmortem
    case telemetry

    var predicateType: Text {
        switch self {
        case .provenance: PredicateType.provenance
        case .milestone: PredicateType.milestone
        case .reconciliation: PredicateType.reconciliation
        case .postmortem: PredicateType.postmortem
        case .telemetry: PredicateType.telemetry
        }
    }
}
