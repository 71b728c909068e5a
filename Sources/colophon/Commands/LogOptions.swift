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

    /// Reads whose word counts, and the kit as it was named where it is a kit's.
    func trusted(_ settings: Settings) throws(Failure) -> (trust: ProofTrust, kit: NamedKit?) {
        try KitOptions.check(require)
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
        let (named, kit) = try KitOptions.read(settings, requiring: require)
        return (.kit(kit, requiringQuorum: require != .logged), named)
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
        // A log whose signatures cannot be verified here would seem to be signed by nobody.
        if let key = keys.first(where: { $0.kind != .log }) {
            throw .usage(
                "--vkey: \"\(key.name)\" is \(key.kind.inWords), and only logs that sign with type "
                    + "0x01 (Ed25519) are verified here",
                hint: "the log's own verifier key is of type 0x01")
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
        guard policy.logs.contains(where: { $0.key.kind == .log }) else {
            throw .unreadable(
                path,
                "has no key of a log that is verified here: \"\(policy.logs[0].key.name)\" is "
                    + policy.logs[0].key.kind.inWords,
                hint: "only logs that sign with type 0x01 (Ed25519) are verified here")
        }
        return policy
    }
}

extension VerifierKey.Kind {
    /// What a key of this kind is, for words (C2SP signed-note, "Signature types").
    fileprivate var inWords: String {
        let name =
            switch type {
            case 0x01: "a log's key (Ed25519)"
            case 0x02: "a key for ECDSA"
            case 0x04: "a witness's key for cosignatures (Ed25519)"
            case 0x05: "a key for RFC 6962 tree heads"
            case 0x06: "a witness's key for cosignatures (ML-DSA-44)"
            default: "a key of a kind of its own"
            }
        let digits = String(type, radix: 16)
        return "\(name), type 0x\(digits.count < 2 ? "0" : "")\(digits)"
    }
}

/// A log that a command reads: where it is, and by whose word.
struct LogDesk {
    /// Where it is, for words: an address or a folder.
    let place: String

    let trust: ProofTrust

    /// The kit as it was named; nil where none counts.
    let kit: NamedKit?

    /// Whether its entries may be anything.
    let isAnyLog: Bool

    /// Whether files alone are read.
    let readsFilesAlone: Bool

    /// Whether the command can do without the ledger's word, by its log's files.
    let mayReadFiles: Bool

    /// The address at which a newer kit is asked for: the one that was given, else the origin's;
    /// nil without a kit.
    var ledger: String? {
        service.map { "\($0.url)" } ?? trust.kit.map { "https://\($0.origin)" }
    }

    /// The ledger's address, where it has one.
    var address: ServiceURL? { service?.url }

    private let layout: LogLayout
    private let service: (url: ServiceURL, options: CallOptions)?
    private let console: Console

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
        self.console = console
        isAnyLog = options.generic
        readsFilesAlone = filesAlone || folder != nil || options.generic
        mayReadFiles = true
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

    /// Reads a ledger by a kit, of which alone statements are judged.
    init(
        _ connection: LedgerConnection, _ place: LogPlace, kit named: NamedKit, _ kit: TrustKit,
        requiringQuorum: Bool, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        (trust, self.kit) = (.kit(kit, requiringQuorum: requiringQuorum), named)
        self.console = console
        isAnyLog = false
        readsFilesAlone = place.fromTiles || place.from != nil
        mayReadFiles = true
        layout = .tiles
        guard let folder = place.from else {
            let url = try Network.url(settings.required("ledger"))
            self.place = "\(url)"
            service = (url, try Network.options(settings, console))
            return
        }
        if connection.ledger != nil {
            throw .usage("--from DIR and --ledger exclude each other: a log is read from one place")
        }
        try Network.requireFolder(folder)
        (self.place, service) = (folder, nil)
    }

    /// Reads a ledger that is asked what its files do not say, by a kit.
    init(
        asking settings: Settings, kit named: NamedKit, _ kit: TrustKit, requiringQuorum: Bool,
        _ console: Console
    ) throws(Failure) {
        (trust, self.kit) = (.kit(kit, requiringQuorum: requiringQuorum), named)
        self.console = console
        (isAnyLog, readsFilesAlone, mayReadFiles, layout) = (false, false, false, .tiles)
        let url = try Network.url(settings.required("ledger"))
        place = "\(url)"
        service = (url, try Network.options(settings, console))
    }

    /// Reads a copy of a ledger in a folder, by a kit.
    ///
    /// Who has seen its newest head does not matter.
    init(
        copy folder: String, kit named: NamedKit, _ kit: TrustKit, _ console: Console
    ) throws(Failure) {
        try Network.requireFolder(folder)
        (trust, self.kit) = (.kit(kit, requiringQuorum: false), named)
        self.console = console
        (isAnyLog, readsFilesAlone, mayReadFiles, layout) = (false, true, true, .tiles)
        (place, service) = (folder, nil)
    }

    /// Runs `body` with the log, whose newest head is accepted; once more where the ledger has
    /// handed its keys over since the kit was made, by what proves that.
    func with<Value: Sendable>(
        _ body: (ProvenLog) async throws(ProvingError) -> Value
    ) async throws(Failure) -> Value {
        let progress = ProgressLine(console)
        let walk = EntryWalk { _ in
        } onProgress: { done, total, bytes in
            progress.report("reading what is newer than the kit", done, of: total, bytes: bytes)
        }
        do throws(ProvingError) {
            guard let service else {
                let source: LogFolder
                do throws(LogError) {
                    source = try LogFolder(path: place)
                } catch {
                    throw .log(error)
                }
                return try await told(open(source, nil), walk, progress, body)
            }
            return try await LedgerClient.with(service.url, options: service.options) {
                client throws(ProvingError) in
                let log = open(LogService(client.caller), readsFilesAlone ? nil : client)
                return try await told(log, walk, progress, body)
            }
        } catch {
            progress.clear()
            throw failure(error)
        }
    }

    /// Runs `body`, and says where the kit is older than the ledger's keys.
    private func told<Value: Sendable>(
        _ log: ProvingPlace, _ walk: EntryWalk, _ progress: ProgressLine,
        _ body: (ProvenLog) async throws(ProvingError) -> Value
    ) async throws(ProvingError) -> Value {
        try await log.with(walk) { log throws(ProvingError) in
            if log.trust.followed != nil, let kit, let ledger {
                progress.clear()
                console.note(
                    "\(kit.path) is older than the ledger's keys, whose handover is proven; "
                        + "renew it: \(CommandLineText.trustUpdate(kit.path, at: ledger))")
            }
            return try await body(log)
        }
    }

    private func open(_ source: any LogSource, _ client: LedgerClient?) -> ProvingPlace {
        ProvingPlace(
            source, layout: layout, isAnyLog: isAnyLog, by: trust, of: kit?.files, asking: client)
    }
}
