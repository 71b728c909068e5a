import Auditing
import Checkpoints
import Encoding
import LogReader
import Provenance
import Settings
import Studio

/// An audit of a log of any kind that a command runs: by its key, or by a policy.
struct GenericDesk: FollowedLog {
    let trust: HeadTrust
    private let others: [HeadCheck.Other]
    private let statePath: String
    let place: AuditPlace
    private let staleAfter: UInt64?
    private let console: Console

    /// Reads settings and what is trusted.
    init(
        _ command: AuditCommand, _ plan: FollowPlan, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        self.console = console
        statePath = command.state
        place = try AuditPlace(command, settings, console)
        // A copy is as old as it is.
        staleAfter = plan.staleAfter ?? (place.isLive ? HeadCheck.staleAfter : nil)
        let layout = command.log.layout ?? .tiles
        switch try command.log.trusted(settings).trust {
        case .keys(let keys, _):
            trust = try Self.trust(keys, .none, layout)
        case .policy(let policy): trust = try Self.trust(policy.logs.map(\.key), policy, layout)
        case .kit, .followed:
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
        let witnesses: TrustPolicy
        if let policy { witnesses = policy } else { witnesses = try asksNobody(keys) }
        return HeadTrust(
            first, Array(keys.dropFirst()), policy: witnesses, layout: layout)
    }

    /// The policy of whom no witness convinces.
    private static func asksNobody(_ keys: [VerifierKey]) throws(Failure) -> TrustPolicy {
        do throws(PolicyError) {
            return try TrustPolicy(logs: keys.map { TrustPolicy.Log(key: $0) })
        } catch {
            throw .usage("--vkey: \(error)")
        }
    }

    // MARK: - Running

    var origin: Text { trust.origin }

    func openState() throws(Failure) -> AuditState {
        try Self.opening { () throws(AuditStateError) in
            try GenericAudit.openState(statePath, of: trust)
        }
    }

    /// Of a log whose entries mean nothing here there is nothing to watch for in them.
    func round(
        _ source: any LogSource, _ name: String, _ state: AuditState, _ hooks: Audit.Hooks
    ) -> Round {
        let progress = ProgressLine(console)
        let audit = GenericAudit(
            source, named: name, trust: trust, state: state, others: others,
            staleAfter: staleAfter, isLive: place.isLive, patience: place.patience,
            onStep: { progress.show($0) }, now: AuditDesk.now)
        return Self.round { try await audit.run() }
    }
}
