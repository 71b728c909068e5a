import Auditing
import Checkpoints
import Encoding
import Files
import Foundation
import HTTPCalls
import IndexMap
import LedgerClient
import LogReader
import Provenance
import Settings
import Studio

/// An audit of a ledger that a command runs: where the log is read, by which kit, with which state.
struct AuditDesk: FollowedLog {
    /// The kit to begin with.
    let kit: TrustKit

    private let options: Audit.Options
    private let checkers: [EvidenceChecker]
    private let statePath: String
    let place: AuditPlace
    private let console: Console

    /// Reads settings, the kit and the heads from elsewhere.
    init(
        _ command: AuditCommand, _ plan: FollowPlan, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        self.console = console
        statePath = command.state
        place = try AuditPlace(command, settings, console)
        let (trust, named) = try command.log.trusted(settings)
        guard case .kit(let kit, let requiresQuorum) = trust, let named else {
            throw .usage(
                "an audit of a ledger begins with its trust kit",
                hint: "--trust KIT names it; --generic looks at logs of any kind, by their key")
        }
        self.kit = kit
        checkers = try NamedFile.checkers(of: kit, in: named, settings, clock: Self.now)
        var options = Audit.Options()
        options.signatures = !command.withoutSignatures
        options.manifests = !command.withoutManifests
        options.index = !command.withoutIndex
        options.isFollowing = command.following.follow
        options.requiresQuorum = requiresQuorum
        options.isLive = place.isLive
        options.deciders = Set(
            try settings.list("deciders").map { text throws(Failure) in
                try MilestoneTarget.uri(text, "deciders")
            })
        options.hours = try MilestoneTarget.hours(nil, settings)
        options.staleAfter = plan.staleAfter
        options.anchorAfter = plan.anchorAfter
        options.others = try Self.heads(command.checkpoint, of: kit.origin.text)
        self.options = options
    }

    /// Reads heads from elsewhere.
    static func heads(
        _ files: [String], of origin: Text
    ) throws(Failure) -> [HeadCheck.Other] {
        var heads: [HeadCheck.Other] = []
        for file in files {
            let bytes = try NamedFile.bytes(of: file, limit: FileLimit.colophon)
            guard let saved = SavedNotes(bytes, of: origin) else {
                throw .unreadable(
                    file, "has no checkpoint of \(origin)",
                    hint: "name a signed checkpoint, a tlog-proof or a record")
            }
            heads += saved.notes.map { HeadCheck.Other(name: file, note: $0) }
        }
        return heads
    }

    static func now() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }

    // MARK: - Running

    var origin: Text { kit.origin.text }

    func openState() throws(Failure) -> AuditState {
        try Self.opening { () throws(AuditStateError) in
            try Audit.openState(statePath, of: kit, options)
        }
    }

    func round(
        _ source: any LogSource, _ name: String, _ state: AuditState, _ hooks: Audit.Hooks
    ) -> Round {
        let progress = ProgressLine(console)
        var hooks = hooks
        hooks.onStep = { step in progress.show(step) }
        if let service = source as? LogService {
            let client = LedgerClient(on: service.caller)
            hooks.askComplete = { name in await Self.ask(client, about: name) }
        }
        let audit = Audit(
            source, named: name, kit: kit, state: state, options, checkers: checkers,
            patience: place.patience, hooks: hooks, now: Self.now)
        return Self.round { try await audit.run() }
    }

    /// Asks the ledger for its own proof.
    private static func ask(
        _ client: LedgerClient, about name: IndexName
    ) async -> AskedComplete {
        do throws(CompleteCallError) {
            switch try await CompleteCall(client).ask([name]) {
            case .proof(let proof): return .proof(proof)
            case .notYet: return .none("no head that it serves covers its newest index head yet")
            case .noIndex: return .none("the ledger gives no proofs of completeness")
            }
        } catch {
            switch error {
            case .ledger(let error): return .none("the ledger gave no proof: \(error)")
            case .wrong(let words), .useless(let words):
                return .none("the proof of the ledger \(words)")
            }
        }
    }
}
