import Auditing
import Checkpoints
import Encoding
import LogReader
import Provenance
import Settings
import Studio

/// An audit of a log of any kind that a command runs: by its key, or by a policy.
struct GenericDesk: Sendable {
    private let trust: HeadTrust
    private let others: [HeadCheck.Other]
    private let statePath: String
    private let place: AuditPlace
    private let console: Console

    /// Reads settings and what is trusted.
    init(
        _ command: AuditCommand, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        self.console = console
        statePath = command.state
        place = try AuditPlace(command, settings, console)
        let layout = command.log.layout ?? .tiles
        switch try command.log.trusted(settings).trust {
        case .keys(let keys, _):
            trust = try Self.trust(keys, .none, layout)
        case .policy(let policy): trust = try Self.trust(policy.logs.map(\.key), policy, layout)
        case .kit:
            throw .usage(
                "--generic knows no kits", hint: "--vkey VKEY names the log's key; or leave it out")
        }
        others = try AuditDesk.heads(command.checkpoint, of: trust.origin)
    }

    private static func trust(
        _ keys: [VerifierKey], _ policy: TrustPolicy?, _ layout: LogLayout
    ) throws(Failure) -> HeadTrust {
        guard let first = keys.first, keys.allSatisfy({ $0.name == first.name }) else {
            throw .usage("--policy names several logs, and one is audited at a time")
        }
        let asked: TrustPolicy
        if let policy { asked = policy } else { asked = try unwitnessed(keys) }
        return HeadTrust(first, Array(keys.dropFirst()), policy: asked, layout: layout)
    }

    /// The policy that knows the log by its keys, and asks no witness.
    private static func unwitnessed(_ keys: [VerifierKey]) throws(Failure) -> TrustPolicy {
        do throws(PolicyError) {
            return try TrustPolicy(logs: keys.map { TrustPolicy.Log(key: $0) })
        } catch {
            throw .usage("--vkey: \(error)")
        }
    }

    /// Runs the audit once.
    func run() async throws(Failure) -> AuditReport {
        let state: AuditState
        do throws(AuditStateError) {
            state = try GenericAudit.openState(statePath, of: trust)
        } catch {
            throw Failure(error)
        }
        let progress = ProgressLine(console)
        return try await place.withSource { source, name throws(Failure) in
            do {
                return try await GenericAudit(
                    source, named: name, trust: trust, state: state, others: others,
                    patience: .usual, onStep: { progress.show($0) }, now: AuditDesk.now
                ).run()
            } catch {
                throw Failure(ofAudit: error)
            }
        }
    }
}
