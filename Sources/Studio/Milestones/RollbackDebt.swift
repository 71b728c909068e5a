import Encoding
package import Manifests
import Provenance

/// A rollback, and how long its postmortem took, or takes.
///
/// Both are times of heads: since when everybody can see the rollback, and since when the
/// postmortem. Without a postmortem the newest head is now.
package struct RollbackDebt: Sendable {
    /// The rollback.
    package let rollback: MilestoneStatement

    /// Its postmortem; nil where there is none.
    package let postmortem: RegisteredStatement?

    /// The time of the first head with the rollback, in POSIX seconds.
    package let rolledBackAt: UInt64

    /// The time of the first head with the postmortem, else of the newest head.
    package let until: UInt64

    /// The end of the time for the postmortem, in POSIX seconds.
    package let dueAt: UInt64

    /// Whether the postmortem is late, or is missing and late already.
    package let isLate: Bool

    /// Measures a rollback.
    package init(
        _ rollback: MilestoneStatement, at rolledBackAt: UInt64,
        postmortem: (statement: RegisteredStatement, at: UInt64)?, newest: UInt64,
        in hours: BusinessHours
    ) {
        self.rollback = rollback
        self.rolledBackAt = rolledBackAt
        self.postmortem = postmortem?.statement
        until = postmortem?.at ?? newest
        let term = PostmortemTerm(from: rolledBackAt, to: until, in: hours)
        (dueAt, isLate) = (term.dueAt, term.isLate)
    }
}

extension MilestoneHistory {
    /// Rollbacks that are looked at: those before them are years old, or nobody reads them.
    package static let debtLimit = 100

    /// The postmortem of a rollback: the first behind it that names its entry, or that names no
    /// entry at all where this is the newest rollback before it; nil where there is none.
    package func postmortem(of rollback: MilestoneStatement) -> RegisteredStatement? {
        let rollbacks = decisions.filter { $0.decision == .rollback }.map(\.registered)
        let own = rollback.registered
        return postmortems.first { postmortem in
            guard postmortem.index > own.index else { return false }
            let named = (postmortem.predicate["entries"]?.array ?? []).compactMap(\.text)
            guard named.isEmpty else { return named.contains(Text("\(own.entry)")) }
            return rollbacks.last { $0.index < postmortem.index }?.entry == own.entry
        }
    }

    /// Measures the newest rollbacks, by the times of a ledger's heads.
    package func debts(
        by times: HeadTimes, newest: UInt64, in hours: BusinessHours
    ) async throws(RegisteredError) -> [RollbackDebt] {
        var debts: [RollbackDebt] = []
        for rollback in decisions.filter({ $0.decision == .rollback }).suffix(Self.debtLimit) {
            let begun = try await times.first(holding: rollback.registered)
            var ended: (statement: RegisteredStatement, at: UInt64)?
            if let postmortem = postmortem(of: rollback) {
                ended = (postmortem, try await times.first(holding: postmortem))
            }
            debts.append(
                RollbackDebt(rollback, at: begun, postmortem: ended, newest: newest, in: hours))
        }
        return debts
    }
}
