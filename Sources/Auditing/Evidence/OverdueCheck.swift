package import Encoding
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

    /// What a look at the evidence says of its age.
    package struct Verdict: Sendable {
        /// What is overdue.
        package fileprivate(set) var conditions: [AuditCondition] = []

        /// The types of which that can be said, as ``Provenance/Anchor/type``.
        package fileprivate(set) var judged: Set<Text> = []

        /// Why it cannot be said of others, a sentence each.
        package fileprivate(set) var unchecked: [String] = []
    }

    /// What is overdue at `now`, in POSIX seconds, and what cannot be said.
    ///
    /// - Parameter now: of a copy the time of its head, for it owes no more; nil where nobody
    ///   knows that.
    package func judge(_ tally: EvidenceTally, _ heads: HeadMemory, now: UInt64?) -> Verdict {
        var verdict = Verdict()
        let types = [asksTokens ? Anchor.timestamp : nil, asksProofs ? Anchor.openTimestamps : nil]
            .compactMap(\.self)
        guard let now, !tally.isEmpty else {
            guard !types.isEmpty else { return verdict }
            let why =
                tally.isEmpty
                ? "the source has no evidence about any"
                : "this is a copy, and no witness says how old its head is"
            verdict.unchecked = ["whether anybody dates the heads: \(why)"]
            return verdict
        }
        for type in types { judge(type, tally, heads, now, &verdict) }
        return verdict
    }

    private func judge(
        _ type: Text, _ tally: EvidenceTally, _ heads: HeadMemory, _ now: UInt64,
        _ verdict: inout Verdict
    ) {
        let isToken = type == Anchor.timestamp
        let patience = patience ?? (isToken ? Self.tokenPatience : Self.proofPatience)
        let who = isToken ? "no authority that the kit names" : "no calendar"
        let count = tally.counts[type]
        let dated = count?.newest?.size ?? 0
        let since = heads.firstTime(above: dated).flatMap { since in
            now > since && now - since > patience ? since : nil
        }
        // What could not be checked here may well be good.
        if since != nil, let count, count.uncheckedSize > dated {
            verdict.unchecked.append(
                "whether heads are dated (\(type)): evidence about one of size "
                    + "\(count.uncheckedSize) could not be checked here: \(count.reason ?? "")")
            return
        }
        verdict.judged.insert(type)
        guard let since else { return }
        let words = "\(who) has dated a head that is larger, and one was there at \(Instant(since))"
        verdict.conditions.append(
            AuditCondition(.overdue, .head(dated), words, about: .evidence(type)))
    }
}
