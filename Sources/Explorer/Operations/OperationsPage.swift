import HTTPService

/// The figures of the last hour as one page, for the operator.
struct OperationsPage {
    let report: OperationsReport
    let origin: String

    /// The answer with it.
    func reply(to exchange: Exchange) -> Reply {
        let state = report.trouble.map { "Nothing is registered: \($0)" } ?? "Ready."
        let minutes = FigureRing.interval * FigureRing.pointCount / 60
        let document = PageTemplate.operations.filled(with: [
            "origin": .text(origin), "state": .text(state),
            "warnings": .list(report.warnings.map { ["warning": .text($0)] }),
            "span": .text(
                "Each chart is of the last \(minutes) minutes, a value every "
                    + "\(FigureRing.interval) s, since this process started."),
            "figures": .list(report.lines.map { Self.values(of: $0) }),
        ])
        let reply = Answer.text(document.html, SitePage.type, cache: CacheRule.never)
        return SitePage.guarded(reply)
    }

    private static func values(of line: OperationsReport.Line) -> PageValues {
        [
            "title": .text(line.title), "value": .text(line.value),
            "isBad": .flag(line.isBad), "rule": .text(line.rule),
            "alert": .text(line.alert ?? "no alert"),
            "chart": .markup(
                ChartDrawing.markup(
                    of: line.values, limit: line.limit,
                    title: "\(line.title), the last hour",
                    description: "Now \(line.value); \(line.rule).")),
        ]
    }
}
