import Auditing
import Checkpoints
import Encoding
import LogReader
import Provenance

/// A log that a command audits, once or again and again: a ledger, or any other.
protocol FollowedLog: Sendable {
    /// Audits the log once.
    typealias Round = @Sendable () async throws(Failure) -> AuditReport

    /// The log's name.
    var origin: Text { get }

    /// Where it is read.
    var place: AuditPlace { get }

    /// Opens the folder that remembers.
    func openState() throws(Failure) -> AuditState

    /// What audits the log once, as a source of this name shows it, and does more as it goes on.
    func round(
        _ source: any LogSource, _ name: String, _ state: AuditState, _ hooks: Audit.Hooks
    ) -> Round
}

extension FollowedLog {
    /// Audits the log once.
    func once() async throws(Failure) -> AuditReport {
        let state = try openState()
        return try await place.withSource { source, name throws(Failure) in
            try await round(source, name, state, Audit.Hooks())()
        }
    }

    /// Runs `body` with what audits the log once; the source is closed behind it.
    func withRounds(
        _ state: AuditState, _ hooks: Audit.Hooks,
        _ body: (@escaping Round) async throws(Failure) -> Void
    ) async throws(Failure) {
        try await place.withSource { source, name throws(Failure) in
            let round = round(source, name, state, hooks)
            let renew = place.renewal(of: source)
            try await body { @Sendable () async throws(Failure) in
                renew()
                return try await round()
            }
        }
    }

    /// Opens a state, or says why it cannot be used.
    static func opening(
        _ open: () throws(AuditStateError) -> AuditState
    ) throws(Failure) -> AuditState {
        do throws(AuditStateError) {
            return try open()
        } catch {
            throw Failure(error)
        }
    }

    /// A round that says why it cannot be run.
    static func round(_ run: @escaping @Sendable () async throws -> AuditReport) -> Round {
        { () async throws(Failure) in
            do {
                return try await run()
            } catch {
                throw Failure(ofAudit: error)
            }
        }
    }
}
