import Explorer
import LedgerServer

extension ControlJob {
    /// The name of the request for the figures.
    static let figuresName = "figures"

    /// `POST /figures`: the figures of the last hour, as `/ops` shows them.
    static func figures(of pages: Explorer) -> ControlJob {
        ControlJob(figuresName, parameters: []) { _, _, _ in pages.report.json }
    }
}
