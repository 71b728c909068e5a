import Encoding
import Manifests
import Provenance

/// The lines of who dated an entry, and between which times it was signed.
enum CardEvidence {
    static func lines(of report: Report) -> [CardLine] {
        dated(report, .timestamp, .timestamp) { $0.type == Anchor.timestamp }
            + dated(report, .anchor, .anchor) { $0.type != Anchor.timestamp }
            + existedBy(report) + bracket(report)
    }

    /// The evidence of a kind that holds, the earliest first; where none does, what was found.
    private static func dated(
        _ report: Report, _ check: Check, _ label: CardWord,
        _ isOfKind: (Report.Evidence) -> Bool
    ) -> [CardLine] {
        var lines: [CardLine] = []
        if let refuted = report.findings.first(where: {
            $0.check == check && $0.verdict == .refuted
        }) {
            lines.append(CardState.finding(refuted, label))
        }
        let holding = report.evidence.filter { $0.verdict == .ok && isOfKind($0) }
            .sorted { ($0.time ?? 0) < ($1.time ?? 0) }
        lines += holding.prefix(CardState.nameLimit).map { evidence in
            let time = evidence.time.map { "\(Instant($0))" } ?? ""
            return CardLine(.witnessed, label, .datedBy, evidence.authority ?? "", time)
        }
        if lines.isEmpty, let open = report.findings.first(where: { $0.check == check }) {
            lines.append(
                open.verdict == .absent
                    ? CardLine(.unknown, label, .carriesNone) : CardState.finding(open, label))
        }
        return CardState.labelledOnce(lines)
    }

    private static func existedBy(_ report: Report) -> [CardLine] {
        guard let bound = report.existedBy else { return [] }
        let time = "\(Instant(bound.latest))"
        return switch bound.source {
        case .witnesses: [CardLine(.witnessed, .existedBy, .existedByWitnesses, time)]
        case .evidence:
            [CardLine(.witnessed, .existedBy, .existedByAuthority, time, bound.authority)]
        }
    }

    /// Between which times it was signed; the ends are those of others, else the ledger's.
    private static func bracket(_ report: Report) -> [CardLine] {
        guard let after = report.notBefore else { return [] }
        let size = "\(after.size)"
        let end = (report.existedBy?.latest ?? report.loggedAt).map { "\(Instant($0))" }
        guard let time = after.time else {
            guard let end else {
                return [CardLine(.proven, .bracket, .bracketLedger, size)]
            }
            return [CardLine(.proven, .bracket, .bracketOpen, size, end)]
        }
        let values: [CardSentence.Value] = [
            .text(Text("\(Instant(time))")), .text(Text(size)),
            CardState.names(after.witnesses.map { "\($0)" }),
        ]
        guard let end else {
            return [CardLine(.witnessed, .bracket, CardSentence(.bracketSeen, values))]
        }
        let both = CardSentence(.bracketBoth, values + [.text(Text(end))])
        return [CardLine(.witnessed, .bracket, both)]
    }
}
