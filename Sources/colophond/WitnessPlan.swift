import Anchoring
import Checkpoints
import Encoding
import Files
import HTTPCalls
import Ledger
import LedgerStore
import Logging
import Settings

/// What the settings say of the witnesses: whom to ask, how often, and what their quorum decides.
struct WitnessPlan {
    /// The file of the policy, and what is in it.
    let file: String
    let policy: TrustPolicy

    /// Whether a head that lacks the quorum is shown to nobody.
    let requiresQuorum: Bool

    /// How long a registration waits for a head that meets the quorum.
    let quorumWait: Duration

    var options: AnchoringOptions

    /// Cosignatures that fit into any head, beside the line of the ledger's own.
    static let witnessesOfAHead = SignedCheckpoint.maximumLineCount - 1

    /// The time that a registration may wait: less than what requests have after SIGTERM.
    private static let waits: ClosedRange<Duration> = .zero ... .seconds(15)

    /// The time between two heads that are cosigned: an hour is the longest that a log of any use
    /// leaves its readers without one.
    private static let intervals: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3600)

    /// Reads what the settings say; nil where they name no policy.
    init?(_ settings: Settings) throws(Failure) {
        guard let file = settings["witness-policy"], !file.isEmpty else {
            try Self.requirePolicy(for: settings)
            return nil
        }
        self.file = file
        policy = try Self.policy(in: file)
        var options = AnchoringOptions()
        do throws(SettingsError) {
            requiresQuorum = try settings.boolean("require-quorum") ?? false
            quorumWait = try settings.duration("quorum-wait", in: Self.waits) ?? .seconds(2)
            options.interval =
                try settings.duration("witness-interval", in: Self.intervals) ?? options.interval
        } catch {
            throw Failure(error)
        }
        let overruled = settings.list("overrule-witness")
        options.overruled = Set(overruled.compactMap { PolicyWord($0) })
        options.proxies = Self.proxies
        self.options = options
        try check(policy)
    }

    /// Reads a policy file.
    static func policy(in path: String) throws(Failure) -> TrustPolicy {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: TrustPolicy.maximumByteCount)
        } catch {
            throw Failure("\(error)", hint: "name the policy with --witness-policy FILE")
        }
        do throws(PolicyFileError) {
            return try TrustPolicy(file: bytes)
        } catch {
            throw Failure(
                "\(path): is no policy of witnesses: \(error)",
                hint: "lines: witness NAME VKEY URL, group NAME 2 NAME NAME, quorum NAME")
        }
    }

    /// Makes sure that the policy means this ledger where it has a line for it; a policy of several
    /// logs may be used, whose other lines say nothing here.
    static func checkLogs(
        of policy: TrustPolicy, in file: String, _ ledger: Ledger, _ logger: Logger
    ) throws(Failure) {
        let own = policy.logs.filter { $0.key.name == ledger.origin.text }
        var known = ledger.noteKeys
        do throws(LedgerError) {
            // A policy lists the next key before it signs.
            if let next = try ledger.nextNoteKey() { known.append(next) }
        } catch {
            throw Failure("\(error)", code: error.remedy.rawValue)
        }
        if let other = own.first(where: { !known.contains($0.key) }) {
            throw Failure(
                "\(file): the log line of \(ledger.origin) has the key \(other.key), which is not "
                    + "this ledger's",
                hint: "its note keys are " + known.map { "\($0)" }.joined(separator: " "))
        }
        do throws(PolicyError) {
            // A kit lists both: no key of the ledger's may be a witness's.
            _ = try TrustPolicy(
                logs: ledger.noteKeys.map { .init(key: $0) }, witnesses: policy.witnesses,
                groups: policy.groups, quorum: policy.quorum)
        } catch {
            throw Failure("\(file): does not fit this ledger: \(error)")
        }
        let others = policy.logs.count - own.count
        if others > 0 {
            logger.notice("\(file): \(others) lines of other logs are passed over")
        }
    }

    /// What the witnesses decide is a mistake where there are none.
    private static func requirePolicy(for settings: Settings) throws(Failure) {
        let hint = "name the witnesses: --witness-policy FILE"
        do throws(SettingsError) {
            if try settings.boolean("require-quorum") == true {
                throw settings.complaint(
                    "require-quorum", "needs a policy of witnesses", hint: hint)
            }
            if !settings.list("overrule-witness").isEmpty {
                throw settings.complaint(
                    "overrule-witness", "needs a policy of witnesses", hint: hint)
            }
        } catch {
            throw Failure(error)
        }
    }

    /// Refuses a policy whose quorum is required and cannot be met: nothing would be published.
    func check(_ policy: TrustPolicy) throws(Failure) {
        guard requiresQuorum else { return }
        guard policy.quorum != .none else {
            throw Failure(
                "--require-quorum: needs a quorum, and \(file) says \"quorum none\"",
                hint: "name the witness or group that must have cosigned: quorum NAME")
        }
        // The other types are carried and not verified here, so they count for nothing.
        let fewest = policy.fewest { $0.url != nil && $0.key.kind == .cosigner }
        guard let needed = fewest?.count else {
            throw Failure(
                "--require-quorum: the quorum \(policy.quorum) of \(file) cannot be met by the "
                    + "witnesses that have a URL and an Ed25519 key",
                hint: "give more of its witnesses a URL")
        }
        guard needed <= Self.witnessesOfAHead else {
            throw Failure(
                "--require-quorum: the quorum \(policy.quorum) of \(file) needs \(needed) "
                    + "cosignatures, and a head has room for \(Self.witnessesOfAHead)",
                hint: "ask for fewer of its witnesses")
        }
    }

    /// Has a ledger follow the policy, and sign nothing until its witnesses were asked.
    func apply(to options: inout LedgerOptions) {
        options.witnessPolicy = policy
        options.requiresQuorum = requiresQuorum
        options.quorumWait = quorumWait
        options.asksWitnesses = asksWitnesses
    }

    /// Whether any witness can be asked.
    var asksWitnesses: Bool { policy.witnesses.contains { $0.url != nil } }

    /// The proxies that the environment names, as for any other program.
    static var proxies: ProxySettings {
        var environment: [String: String] = [:]
        for name in ProxySettings.names { environment[name] = ProcessStart.variable(name) }
        return ProxySettings(environment: environment)
    }
}
