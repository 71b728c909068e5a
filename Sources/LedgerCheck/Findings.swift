import LedgerStore
import Synchronization

/// Collects what a check finds, from any thread.
///
/// Of each family the first findings are kept, so that one that is broken all over does not
/// hide a single bad row of another.
final class Findings: Sendable {
    /// Findings of one family that are kept: more tell nobody more.
    static let limitPerFamily = 100

    private struct State {
        var kept: Set<CheckFinding> = []
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let report: @Sendable (CheckFinding) -> Void

    /// Creates an empty collection; `report` hears of each finding that is kept, once.
    init(report: @escaping @Sendable (CheckFinding) -> Void = { _ in }) {
        self.report = report
    }

    func add(
        _ family: StoreLayout.Family, _ key: String, _ rule: CheckFinding.Rule, _ detail: String
    ) {
        add(CheckFinding(family: family.rawValue, key: key, rule: rule, detail: detail))
    }

    func add(_ finding: CheckFinding) {
        let isNew = state.withLock { state -> Bool in
            guard !state.kept.contains(finding) else { return false }
            state.counts[finding.family, default: 0] += 1
            guard state.counts[finding.family, default: 0] <= Self.limitPerFamily else {
                return false
            }
            state.kept.insert(finding)
            return true
        }
        if isNew { report(finding) }
    }

    /// Number of findings, also of those that are not kept.
    var count: Int { state.withLock { $0.counts.values.reduce(0, +) } }

    /// Number of findings in one family.
    func count(in family: String) -> Int { state.withLock { $0.counts[family] ?? 0 } }

    /// The findings that are kept, in the order of their families and keys.
    var kept: [CheckFinding] {
        let order = StoreLayout.Family.allCases.map(\.rawValue)
        func place(_ finding: CheckFinding) -> (Int, Int, String, String) {
            let family = order.firstIndex(of: finding.family) ?? order.count
            return (family, finding.key.utf8.count, finding.key, finding.detail)
        }
        return state.withLock { $0.kept }.sorted { place($0) < place($1) }
    }
}
