internal import Checkpoints
internal import Encoding

extension MonitorRound {
    /// What an audit's report says that a monitor tells of.
    ///
    /// - Parameter evidence: the folder with what convicts the log, for words.
    package init(_ report: AuditReport, evidence folder: String) {
        self.init()
        switch report.ending {
        case .complete: ending = .whole
        case .blocked, .behind: ending = .blocked
        case .interrupted, .unreadable: ending = .cut
        }
        size = report.head?.size
        headTime = report.head?.time
        hasQuorum = report.head.flatMap { head in
            head.quorum == .notRequired ? nil : head.isAccepted
        }
        judgedEvidence = Set(report.judgedEvidence.map(\.string))
        findings = report.findings
        conditions = report.conditions.compactMap { Self.condition($0) }
        if let words = report.behind, !conditions.contains(where: { $0.kind == .behind }) {
            conditions.append(Condition(.behind, words))
        }
        let files = report.conditions.compactMap { condition -> (AuditFinding, String)? in
            guard case .fork(let file) = condition.subject else { return nil }
            return (condition.finding, file)
        }
        let shown = report.misbehaviour
        evidence = { finding in
            let ofIndex = shown.first {
                finding.rule == .index && finding.place == .entry($0.entry)
            }
            return (files.first { $0.0 == finding }?.1 ?? ofIndex?.file).map { "\(folder)/\($0)" }
        }
    }

    /// What a finding of this moment says; nil for one that is told as a finding.
    private static func condition(_ condition: AuditCondition) -> Condition? {
        let finding = condition.finding
        let words = "\(finding.place): \(finding.detail)"
        switch (finding.rule, condition.subject) {
        case (.behind, _): return Condition(.behind, words)
        case (.stale, _): return Condition(.stale, words)
        case (.quorum, _): return Condition(.quorum, words)
        case (.overdue, .evidence(let type)):
            return Condition(.overdue, subject: type.string, words)
        default: return nil
        }
    }
}
