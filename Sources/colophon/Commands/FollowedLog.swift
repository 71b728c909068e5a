import Auditing
import Checkpoints
import Encoding
import Provenance

/// A log that a command audits again and again: a ledger, or any other.
protocol FollowedLog: Sendable {
    /// Audits the log once.
    typealias Round = @Sendable () async throws(Failure) -> AuditReport

    /// The log's name.
    var origin: Text { get }

    /// Opens the folder that remembers.
    func openState() throws(Failure) -> AuditState

    /// Runs `body` with what audits the log once; the source is closed behind it.
    func withRounds(
        _ state: AuditState, _ hooks: Audit.Hooks,
        _ body: (@escaping Round) async throws(Failure) -> Void
    ) async throws(Failure)
}

extension AuditDesk: FollowedLog {
    var origin: Text { kit.origin.text }

    func withRounds(
        _ state: AuditState, _ hooks: Audit.Hooks,
        _ body: (@escaping Round) async throws(Failure) -> Void
    ) async throws(Failure) {
        try await place.withSource { source, name throws(Failure) in
            let audit = audit(source, name, state, hooks)
            try await body { @Sendable () async throws(Failure) in try await run(audit) }
        }
    }
}

extension GenericDesk: FollowedLog {
    var origin: Text { trust.origin }

    /// Of a log whose entries mean nothing here there is nothing to watch for in them.
    func withRounds(
        _ state: AuditState, _ hooks: Audit.Hooks,
        _ body: (@escaping Round) async throws(Failure) -> Void
    ) async throws(Failure) {
        try await place.withSource { source, name throws(Failure) in
            let audit = audit(source, name, state)
            try await body { @Sendable () async throws(Failure) in try await run(audit) }
        }
    }
}
