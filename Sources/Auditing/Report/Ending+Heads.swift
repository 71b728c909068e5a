extension AuditReport.Ending {
    /// How a run ends that has no head by which the log may be read.
    ///
    /// - Parameter larger: the largest head that is known, where the source shows a smaller one.
    init(without outcome: HeadCheck.Outcome, larger: LargerHead?) {
        let rules = outcome.conditions.map(\.finding.rule)
        if rules.contains(.fork) || rules.contains(.checkpoint) {
            self = .blocked
        } else if let larger {
            self = .behind(larger)
        } else {
            self = .unreadable(
                "the newest head cannot be compared with one that was seen before")
        }
    }
}
