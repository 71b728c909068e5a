import Auditing
import Checkpoints
import Encoding
import Files
import Foundation
import HTTPCalls
import LogReader
import Provenance
import Settings
import Studio

/// An audit that a command runs: where the log is read, by which kit, with which state.
struct AuditDesk: Sendable {
    /// The kit to begin with.
    let kit: TrustKit

    private let options: Audit.Options
    private let checkers: [EvidenceChecker]
    private let statePath: String
    private let folder: String?
    private let service: (url: ServiceURL, options: CallOptions)?
    private let console: Console

    /// Reads settings, the kit and the heads from elsewhere.
    init(
        _ command: AuditCommand, _ plan: FollowPlan, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        self.console = console
        statePath = command.state
        folder = command.from
        if command.from == nil {
            let url = try Network.url(settings.required("ledger"))
            service = (url, try Network.options(settings, console))
        } else {
            guard command.connection.ledger == nil else {
                throw .usage("--from DIR and --ledger exclude each other: name one of them")
            }
            service = nil
        }
        let path = try settings.requiredKit()
        let named = try NamedFile.namedKit(path)
        kit = try NamedFile.kit(named)
        checkers = try NamedFile.checkers(of: kit, in: named, settings, now: Self.now())
        var options = Audit.Options()
        options.signatures = !command.withoutSignatures
        options.manifests = !command.withoutManifests
        options.isLive = command.from == nil
        if let patience = plan.staleAfter { options.staleAfter = patience }
        options.anchorAfter = plan.anchorAfter
        options.others = try Self.heads(command.checkpoint, of: kit)
        self.options = options
    }

    private static func heads(
        _ files: [String], of kit: TrustKit
    ) throws(Failure) -> [HeadCheck.Other] {
        var heads: [HeadCheck.Other] = []
        for file in files {
            let bytes = try NamedFile.bytes(of: file, limit: FileLimit.colophon)
            guard let saved = SavedNotes(bytes, of: kit.origin.text) else {
                throw .unreadable(
                    file, "has no checkpoint of \(kit.origin)",
                    hint: "name a signed checkpoint, a tlog-proof or a record")
            }
            heads += saved.notes.map { HeadCheck.Other(name: file, note: $0) }
        }
        return heads
    }

    static func now() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }

    // MARK: - Running

    /// Runs the audit once.
    func run(_ hooks: Audit.Hooks = Audit.Hooks()) async throws(Failure) -> AuditReport {
        let state = try openState()
        return try await withSource { source, name throws(Failure) in
            try await run(audit(source, name, state, hooks))
        }
    }

    /// Opens the folder that remembers.
    func openState() throws(Failure) -> AuditState {
        do throws(AuditStateError) {
            return try Audit.openState(statePath, of: kit, options)
        } catch {
            throw Failure(error)
        }
    }

    /// Runs `body` with the source, which is closed behind it.
    func withSource<Value: Sendable>(
        _ body: (any LogSource, String) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard let service else {
            let path = folder ?? ""
            let source: LogFolder
            do throws(LogError) {
                source = try LogFolder(path: path)
            } catch {
                throw .unreadable(path, "is no folder of a log: \(error)")
            }
            return try await body(source, path)
        }
        let caller = HTTPCaller(service.url, options: service.options)
        do throws(Failure) {
            let value = try await body(LogService(caller), "\(service.url)")
            await caller.close()
            return value
        } catch {
            await caller.close()
            throw error
        }
    }

    /// An audit of the source, with what else is done as it goes on.
    func audit(
        _ source: any LogSource, _ name: String, _ state: AuditState, _ hooks: Audit.Hooks
    ) -> Audit {
        let progress = ProgressLine(console)
        var hooks = hooks
        hooks.onStep = { step in Self.show(step, progress) }
        return Audit(
            source, named: name, kit: kit, state: state, options, checkers: checkers,
            patience: HeadFetch.Patience { duration throws(CancellationError) in
                do {
                    try await Task.sleep(for: duration)
                } catch {
                    throw CancellationError()
                }
            }, hooks: hooks, now: Self.now)
    }

    /// Runs an audit, and says why it cannot be run.
    func run(_ audit: Audit) async throws(Failure) -> AuditReport {
        do {
            return try await audit.run()
        } catch let error as AuditStateError {
            throw Failure(error)
        } catch let error as MonitorStateError {
            throw Failure(error)
        } catch let error as HeadCheckError {
            throw Failure(error)
        } catch {
            throw Failure(.tryAgain, nil, "\(error)")
        }
    }

    private static func show(_ step: AuditStep, _ progress: ProgressLine) {
        switch step {
        case .entries(let done, let total, let bytes):
            progress.report("replaying entries", done, of: total, bytes: bytes)
        case .evidence(let done, let total):
            progress.report("looking at evidence", done, of: total, bytes: 0)
        case .settling, .waiting: progress.clear()
        }
    }
}
