internal import Checkpoints
internal import Encoding

extension MonitorRound {
    /// What an audit's report says that a monitor tells of.
    ///
    /// - Parameter evidence: the folder in which the proofs of forks are, for words.
    package init(_ report: AuditReport, evidence folder: String) {
        self.init()
        switch report.ending {
        case .complete: ending = .whole
        case .blocked: ending = .blocked
        case .interrupted, .unreadable: ending = .cut
        }
        size = report.head?.size
        headTime = report.head?.time
        hasQuorum = report.head.flatMap { head in
            head.quorum == .notRequired ? nil : head.isAccepted
        }
        findings = report.findings
        conditions = report.findings.kept.compactMap { Self.condition($0) }
        evidence = { finding in
            ForkEvidence.fileName(in: finding).map { "\(folder)/\($0)" }
        }
    }

    /// What a finding of this moment says; nil for a finding that stays.
    private static func condition(_ finding: AuditFinding) -> Condition? {
        let words = "\(finding.place): \(finding.detail)"
        switch finding.rule {
        case .behind: return Condition(.behind, words)
        case .stale: return Condition(.stale, words)
        case .quorum: return Condition(.quorum, words)
        case .overdue: return Condition(.overdue, subject: OverdueCheck.type(of: finding), words)
        default: return nil
        }
    }
}
