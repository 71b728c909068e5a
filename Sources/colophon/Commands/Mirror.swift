import ArgumentParser
import Auditing
import Checkpoints
import Encoding
import Files
import HTTPCalls
import LogReader
import Provenance
import Settings
import Studio

/// Keeps a verified copy of a log in a folder.
struct Mirror: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep a verified copy of a log in a folder.",
        discussion: """
              colophon mirror --ledger https://ledger.example/prints \\
                --trust trust.colophon-kit --to mirror

            Each file is written once it is proven: entries and tiles by a checkpoint that
            the ledger signed and the kit's witnesses saw, manifests by the digests that
            the entries name. The checkpoint comes last. The same command again copies
            what is new, goes on where a run was cut, and takes what was erased since out
            of all files. What is there already is not fetched again.

            Any web server can serve the folder, and audit, prove and other mirrors read
            it: --from DIR copies a copy. colophond restore brings a ledger back from it.

              colophon mirror --from mirror --trust trust.colophon-kit --to second

            --generic copies the tiles and entries of any log in the layout of tlog-tiles:

              colophon mirror --generic --policy logs.policy \\
                --ledger https://ledger.example/prints --to tiles

            Exit code 0: the copy is up to date; 1: something was not copied, because it is
            wrong, or is beside the entries and could not be had: the next run asks again;
            3: it could not be read or written to the end, run it again.
            """)

    @OptionGroup var log: LogOptions

    @Option(
        help: ArgumentHelp(
            "A folder that has the log's files, in place of an address.", valueName: "dir"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the copy, made where it is missing.", valueName: "dir"))
    var to: String

    @Flag(help: "Look at every file of the copy again, and mend what is damaged or missing.")
    var recheck = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await log.settings(common)
        guard log.layout == nil || log.layout == .tiles else {
            throw .usage("--layout: a copy is made of a log in the layout of tlog-tiles only")
        }
        guard from == nil || log.connection.ledger == nil else {
            throw .usage("--from DIR and --ledger exclude each other: a log is read from one place")
        }
        if let from { try Network.requireFolder(from) }
        let (trust, _) = try log.trusted(settings)
        guard trust.kit != nil || log.generic else {
            throw .usage(
                "a ledger is copied by its trust kit, which names its genesis: give --trust KIT",
                hint: "--generic copies entries and tiles of any log, by --vkey or --policy")
        }
        var options = MirrorRun.Options(folder: to)
        options.looksAgain = recheck
        options.takesAnyQuorum = log.require == .logged
        let place: String
        if let from { place = from } else { place = try settings.required("ledger") }
        let kind = try Self.kind(trust, isGeneric: log.generic)
        let outcome: MirrorRun.Outcome
        if let from {
            outcome = try await copy(Self.folder(from), place, options, kind, console)
        } else {
            let caller = HTTPCaller(
                try Network.url(place), options: try Network.options(settings, console))
            do throws(Failure) {
                outcome = try await copy(LogService(caller), place, options, kind, console)
            } catch {
                await caller.close()
                throw error
            }
            await caller.close()
        }
        return MirrorText(place: place, folder: to, console).print(outcome)
    }

    private static func folder(_ path: String) throws(Failure) -> LogFolder {
        do throws(LogError) {
            return try LogFolder(path: path)
        } catch {
            throw .unreadable(path, "is no folder of a log: \(error)")
        }
    }

    private func copy(
        _ source: any LogSource, _ place: String, _ options: MirrorRun.Options, _ kind: Kind,
        _ console: Console
    ) async throws(Failure) -> MirrorRun.Outcome {
        let line = ProgressLine(console)
        defer { line.clear() }
        let progress = { (progress: MirrorProgress) in
            line.report(
                progress.step.words, progress.done, of: progress.total,
                bytes: UInt64(progress.bytes))
        }
        let run = MirrorRun(source, options)
        do throws(MirrorError) {
            switch kind {
            case .ledger(let kit): return try await run.run(kit, progress: progress)
            case .anyLog(let trust): return try await run.run(trust, progress: progress)
            }
        } catch {
            throw Failure(error, copying: place, to: to)
        }
    }

    /// What is copied, and by whose word.
    private enum Kind {
        case ledger(TrustKit)
        case anyLog(HeadTrust)
    }

    private static func kind(
        _ trust: ProofTrust, isGeneric: Bool
    ) throws(Failure) -> Kind {
        if let kit = trust.kit, !isGeneric { return .ledger(kit) }
        return .anyLog(try headTrust(trust))
    }

    /// Who must have signed the checkpoint of a log of any kind.
    private static func headTrust(_ trust: ProofTrust) throws(Failure) -> HeadTrust {
        let (keys, policy): ([VerifierKey], TrustPolicy)
        switch trust {
        case .kit(let kit, _):
            (keys, policy) = (kit.logTerms(of: kit.origin.text).map(\.key), kit.policy)
        case .followed(let followed, _):
            (keys, policy) = (followed.registry.noteKeys.terms.map(\.key), followed.own.policy)
        case .policy(let listed): (keys, policy) = (listed.logs.map(\.key), listed)
        case .keys(let given, _):
            do throws(PolicyError) {
                (keys, policy) = (given, try TrustPolicy(logs: given.map { .init(key: $0) }))
            } catch {
                throw .usage("--vkey: \(error)")
            }
        }
        guard let first = keys.first, Set(keys.map(\.name)).count == 1 else {
            throw .usage("a copy is of one log, and the policy lists several")
        }
        return HeadTrust(first, Array(keys.dropFirst()), policy: policy)
    }
}

extension MirrorProgress.Step {
    fileprivate var words: String {
        switch self {
        case .erasing: "taking out what is erased"
        case .copying: "copying entries"
        case .evidence: "asking for evidence about heads"
        }
    }
}
