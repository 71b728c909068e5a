import ArgumentParser
import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import LogReader
import Provenance
import Settings
import Studio

/// Which log is read, and whose word counts.
struct LogOptions: ParsableArguments {
    @OptionGroup var connection: LedgerConnection

    @Option(
        help: ArgumentHelp(
            "The trust kit that says who must have signed (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            """
            In the kit's place, a verifier key of the log; may be repeated for a log that has had \
            several.
            """, valueName: "vkey"))
    var vkey: [String] = []

    @Option(
        help: ArgumentHelp(
            "In the kit's place, a policy (C2SP tlog-policy): logs, witnesses, quorum.",
            valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            """
            Who must have seen the newest head: logged (the log alone) or witnessed; default \
            witnessed where the kit asks for witnesses.
            """, valueName: "level"))
    var require: Level?

    @Flag(help: "Read a log of others: its entries may be anything, and only files are read.")
    var generic = false

    @Option(
        help: ArgumentHelp(
            "How a log of others names its files: tiles, static-ct or sumdb.",
            valueName: "layout"))
    var layout: LogLayout?

    /// Collects the settings that matter here.
    func settings(
        _ common: CommonOptions, _ more: [String: String?] = [:]
    ) async throws(Failure) -> Settings {
        guard [trust != nil, !vkey.isEmpty, policy != nil].filter(\.self).count < 2 else {
            throw .usage("--trust, --vkey and --policy exclude each other")
        }
        guard layout == nil || generic else { throw .usage("--layout goes with --generic") }
        guard layout != .sumDB || policy == nil else {
            throw .usage(
                "--layout sumdb goes with --vkey: such a log has a key of another name than its own"
            )
        }
        return try await common.settings(
            connection.flags.merging(more) { $1 }.merging(["trust": trust]) { $1 })
    }

    /// Reads whose word counts, and how the kit was named where it is a kit's.
    func trusted(_ settings: Settings) throws(Failure) -> (trust: ProofTrust, kit: String?) {
        if let require, ![.logged, .witnessed].contains(require) {
            throw .usage("--require is logged or witnessed here")
        }
        if !vkey.isEmpty {
            guard require != .witnessed else {
                throw .usage(
                    "--require witnessed: a verifier key names no witnesses",
                    hint: "--policy FILE names them, and the quorum")
            }
            return (.keys(try keys(), layout ?? .tiles), nil)
        }
        if let policy {
            guard require != .logged else {
                throw .usage(
                    "--require logged: the quorum of a policy is its own",
                    hint: "a policy with \"quorum none\" asks for no witnesses")
            }
            return (.policy(try Self.policy(policy)), nil)
        }
        guard !generic else {
            throw .usage(
                "nothing says which key the log has",
                hint: "--vkey NAME+ID+KEY, or --policy FILE with a log line")
        }
        let path = try settings.requiredKit()
        let kit = try NamedFile.kit(path)
        if require == .witnessed, kit.policy.quorum == .none {
            throw .usage(
                "--require witnessed: the trust kit \(path) asks for no witnesses (quorum none)")
        }
        return (.kit(kit, requiringQuorum: require != .logged), path)
    }

    private func keys() throws(Failure) -> [VerifierKey] {
        let keys = try vkey.map { text throws(Failure) in
            do throws(VerifierKeyError) {
                return try VerifierKey(parsing: Text(text))
            } catch {
                throw .usage(
                    "--vkey: \"\(text)\" is no verifier key: \(error)",
                    hint: "it is one line, NAME+ID+KEY, as the log's operator publishes it")
            }
        }
        guard Set(keys.map(\.name)).count == 1 else {
            throw .usage(
                "--vkey: these are keys of several logs", hint: "all keys of a log have its name")
        }
        return keys
    }

    private static func policy(_ path: String) throws(Failure) -> TrustPolicy {
        let bytes = try NamedFile.bytes(of: path, limit: TrustPolicy.maximumByteCount)
        let policy: TrustPolicy
        do throws(PolicyFileError) {
            policy = try TrustPolicy(file: bytes)
        } catch {
            throw .unreadable(path, "is no policy: \(error)")
        }
        guard !policy.logs.isEmpty else {
            throw .unreadable(
                path, "knows no log", hint: "add a line \"log VKEY\" for each key of a log")
        }
        return policy
    }
}

/// A log that a command reads: where it is, and by whose word.
struct LogDesk {
    /// Where it is, for words: an address or a folder.
    let place: String

    let trust: ProofTrust

    /// How the kit was named; nil where none counts.
    let kit: String?

    /// Whether its entries may be anything.
    let isAnyLog: Bool

    /// Whether files alone are read.
    let readsFilesAlone: Bool

    private let layout: LogLayout
    private let service: (url: ServiceURL, options: CallOptions)?

    /// Reads settings and what is trusted.
    ///
    /// - Parameters:
    ///   - folder: the folder that has the log's files; nil where an address has.
    ///   - filesAlone: whether nothing else is asked of an address.
    init(
        _ options: LogOptions, folder: String?, filesAlone: Bool, _ common: CommonOptions,
        _ console: Console
    ) async throws(Failure) {
        let settings = try await options.settings(common)
        if folder != nil, options.connection.ledger != nil {
            throw .usage("--from DIR and --ledger exclude each other: a log is read from one place")
        }
        if let folder { try Network.requireFolder(folder) }
        (trust, kit) = try options.trusted(settings)
        isAnyLog = options.generic
        readsFilesAlone = filesAlone || folder != nil || options.generic
        layout = options.layout ?? .tiles
        if let folder {
            place = folder
            service = nil
        } else {
            let url = try Network.url(settings.required("ledger"))
            place = "\(url)"
            service = (url, try Network.options(settings, console))
        }
    }

    /// Runs `body` with the log, whose newest head is accepted.
    func with<Value: Sendable>(
        _ body: (ProvenLog) async throws(ProvingError) -> Value
    ) async throws(Failure) -> Value {
        do throws(ProvingError) {
            guard let service else {
                let source: LogFolder
                do throws(LogError) {
                    source = try LogFolder(path: place)
                } catch {
                    throw .log(error)
                }
                return try await body(open(source, nil))
            }
            return try await LedgerClient.with(service.url, options: service.options) {
                client throws(ProvingError) in
                try await body(open(LogService(client.caller), readsFilesAlone ? nil : client))
            }
        } catch {
            throw Failure(error, self)
        }
    }

    private func open(
        _ source: any LogSource, _ client: LedgerClient?
    ) async throws(ProvingError) -> ProvenLog {
        try await ProvenLog(
            source, layout: layout, isAnyLog: isAnyLog, by: trust, asking: client)
    }
}
