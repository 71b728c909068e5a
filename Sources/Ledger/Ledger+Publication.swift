import LedgerStore
import Provenance

/// Answers that wait for a head that has met the quorum of the witnesses (http.md §2).
///
/// Without a required quorum nothing waits: each signed head is published at once.
extension Ledger {
    /// Whether a head that lacks the quorum is shown to nobody.
    var holdsBack: Bool { options.requiresQuorum && published.holdsBack }

    /// When a registration that is durable now has waited long enough.
    public var publicationDeadline: ContinuousClock.Instant { .now + options.quorumWait }

    /// Calls `done`, once, when the entry is published or has waited long enough: perhaps before
    /// this returns, and on a thread that must not be kept.
    public func whenPublished(
        _ decided: DecidedRegistration, _ done: @escaping @Sendable () -> Void
    ) {
        whenPublished(decided.index, by: publicationDeadline, done)
    }

    /// Returns when all of these are published, or the deadline has come.
    public func whenPublished(
        _ registrations: [Registration], by deadline: ContinuousClock.Instant
    ) async {
        let indexes = registrations.compactMap { registration in
            if case .unpublished(_, let index, _) = registration { index } else { nil }
        }
        guard let last = indexes.max() else { return }
        await withCheckedContinuation { continuation in
            whenPublished(last, by: deadline) { continuation.resume() }
        }
    }

    private func whenPublished(
        _ index: UInt64?, by deadline: ContinuousClock.Instant,
        _ done: @escaping @Sendable () -> Void
    ) {
        guard let index, holdsBack else { return done() }
        published.publication.wait(for: index, until: deadline, done)
    }

    /// The answer to a statement as of now: with its receipt, where its entry is published by now.
    public func published(_ registration: Registration) -> Registration {
        guard case .unpublished(let id, let index, let isKnown) = registration else {
            return registration
        }
        do throws(LedgerError) {
            guard let receipt = try receipt(at: index) else { return registration }
            return isKnown ? .known(id, receipt: receipt) : .registered(id, receipt: receipt)
        } catch {
            return .refused(storage(error), id)
        }
    }
}
