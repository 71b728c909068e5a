extension AuditReport.Ending {
    /// How a run ends that has no head by which the log may be read.
    init(without outcome: HeadCheck.Outcome) {
        let rules = outcome.conditions.map(\.finding.rule)
        if rules.contains(.fork) || rules.contains(.checkpoint) {
            self = .blocked
        } else {
            self = .unreadable(
                "the newest head cannot be compared with a larger one that was seen before")
        }
    }
}
