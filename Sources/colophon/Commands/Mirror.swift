import ArgumentParser
import Auditing
import Checkpoints
import Encoding
import Files
import HTTPCalls
import LedgerClient
import LogReader
import Settings

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

              colophon mirror --generic --vkey 'log.example+1b2c3d4e+AX...' \\
                --ledger https://log.example --to mirror

            Exit code 0: the copy is up to date; 1: the log shows what is wrong, and that
            was not copied; 3: it could not be read or written to the end, run it again.
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
        let (trust, _) = try log.trusted(settings)
        guard trust.kit != nil || log.generic else {
            throw .usage(
                "a ledger is copied by its trust kit, which names its genesis: give --trust KIT",
                hint: "--generic copies entries and tiles of any log, by --vkey or --policy")
        }
        var options = MirrorRun.Options(folder: to)
        options.looksAgain = recheck
        options.takesAnyQuorum = log.require == .logged
        let place = try from ?? "\(Network.url(settings.required("ledger")))"
        let outcome: MirrorRun.Outcome
        do {
            outcome = try await run(trust, options, settings, console)
        } catch let error as Failure {
            throw error
        } catch let error as MirrorError {
            throw Failure(error, copying: place, to: to)
        } catch {
            preconditionFailure("a mirror fails with errors of its own: \(error)")
        }
        return MirrorText(place: place, folder: to, console).print(outcome)
    }

    /// Copies from the address or the folder that is named.
    private func run(
        _ trust: ProofTrust, _ options: MirrorRun.Options, _ settings: Settings,
        _ console: Console
    ) async throws -> MirrorRun.Outcome {
        if let from {
            let source: LogFolder
            do throws(LogError) {
                source = try LogFolder(path: from)
            } catch {
                throw MirrorError.log(error)
            }
            return try await run(MirrorRun(source, options), trust, console)
        }
        let url = try Network.url(settings.required("ledger"))
        return try await LedgerClient.with(url, options: Network.options(settings, console)) {
            client in
            try await run(MirrorRun(LogService(client.caller), options), trust, console)
        }
    }

    private func run(
        _ run: MirrorRun, _ trust: ProofTrust, _ console: Console
    ) async throws -> MirrorRun.Outcome {
        let line = ProgressLine(console)
        defer { line.clear() }
        let progress = { (progress: MirrorProgress) in
            line.report(
                progress.step.words, progress.done, of: progress.total,
                bytes: UInt64(progress.bytes))
        }
        if let kit = trust.kit, !log.generic { return try await run.run(kit, progress: progress) }
        return try await run.run(try Self.headTrust(trust), progress: progress)
    }

    /// Who must have signed the checkpoint of a log of any kind.
    private static func headTrust(_ trust: ProofTrust) throws(Failure) -> HeadTrust {
        let (keys, policy): ([VerifierKey], TrustPolicy)
        switch trust {
        case .kit(let kit, _):
            (keys, policy) = (kit.logTerms(of: kit.origin.text).map(\.key), kit.policy)
        case .policy(let listed): (keys, policy) = (listed.logs.map(\.key), listed)
        case .keys(let given):
            do throws(PolicyError) {
                (keys, policy) = (given, try TrustPolicy(logs: given.map { .init(key: $0) }))
            } catch {
                throw .usage("--vkey: \(error)")
            }
        }
        guard let first = keys.first, Set(keys.map(\.name)).count == 1 else {
            throw .usage("a copy is of one log, and the policy lists several")
        }
        var heads = HeadTrust(first, policy: policy)
        heads.terms = keys.map { .init(key: $0) }
        return heads
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
