import Encoding
package import Provenance

/// Whether authorities and calendars that the kit names still date the heads of a log.
///
/// An idle log is dated by nobody and owes nothing. So what counts is a head that somebody saw a
/// while ago, and that is larger than all that is dated.
package struct OverdueCheck: Sendable {
    /// Seconds after which an authority owes a token: it is asked each ten minutes, and a day is
    /// what an operator needs to see that it does not answer.
    package static let tokenPatience: UInt64 = 86_400

    /// The same for a calendar, whose proof takes a day where fees are high (anchoring.md §5).
    package static let proofPatience: UInt64 = 2 * 86_400

    private let asksTokens: Bool
    private let asksProofs: Bool

    private let patience: UInt64?

    /// Expects what a kit names.
    ///
    /// - Parameter patience: seconds after which a head must be dated; nil for those above.
    package init(_ kit: TrustKit, after patience: UInt64? = nil) {
        self.patience = patience
        asksTokens = kit.timestampRoots != nil
        asksProofs = !kit.calendars.isEmpty
    }

    /// What is overdue at `now`, in POSIX seconds, and what cannot be said.
    package func judge(
        _ tally: EvidenceTally, _ heads: HeadMemory, now: UInt64
    ) -> (conditions: [AuditCondition], unchecked: [String]) {
        guard asksTokens || asksProofs else { return ([], []) }
        guard !tally.isEmpty else {
            return (
                [], ["whether anybody dates the heads: the source has no evidence about any"]
            )
        }
        var conditions: [AuditCondition] = []
        if asksTokens {
            conditions += judge(
                tally, Anchor.timestamp, "no authority that the kit names",
                patience ?? Self.tokenPatience, heads, now)
        }
        if asksProofs {
            conditions += judge(
                tally, Anchor.openTimestamps, "no calendar", patience ?? Self.proofPatience, heads,
                now)
        }
        return (conditions, [])
    }

    private func judge(
        _ tally: EvidenceTally, _ type: Text, _ who: String, _ patience: UInt64,
        _ heads: HeadMemory, _ now: UInt64
    ) -> [AuditCondition] {
        let count = tally.counts[type]
        // What could not be checked here may well be good.
        guard count?.unchecked ?? 0 == 0 else { return [] }
        let dated = count?.newest?.size ?? 0
        guard let since = heads.firstTime(above: dated), now > since, now - since > patience else {
            return []
        }
        let words = "\(who) has dated a head that is larger, and one was there at \(Instant(since))"
        return [AuditCondition(.overdue, .head(dated), words, about: .evidence(type))]
    }
}
