/// What an audit has found: a count for each rule, and the first findings of each.
///
/// The first of each rule are kept, so that one rule that is broken all over does not hide a single
/// break of another. All of them are in the file beside the state (audit.md §4).
package struct FindingList: Hashable, Sendable {
    /// Findings of one rule that are kept: a person reads no more, and a program reads the file.
    ///
    /// With a full detail each they are 2 MiB for all rules.
    package static let limitPerRule = 100

    /// For each rule that was broken, how often.
    package private(set) var counts: [AuditRule: UInt64]

    private var first: [AuditRule: [AuditFinding]]

    /// Creates an empty list.
    package init() {
        counts = [:]
        first = [:]
    }

    /// Creates the list that has these counts and these first findings, as a state kept them.
    package init(counts: [AuditRule: UInt64], first findings: [AuditFinding]) {
        self.counts = counts
        first = Dictionary(grouping: findings, by: \.rule)
    }

    /// Adds a finding.
    package mutating func add(_ finding: AuditFinding) {
        counts[finding.rule, default: 0] += 1
        guard first[finding.rule, default: []].count < Self.limitPerRule else { return }
        first[finding.rule, default: []].append(finding)
    }

    /// Adds what another list has.
    package mutating func add(_ other: FindingList) {
        counts.merge(other.counts, uniquingKeysWith: +)
        for (rule, findings) in other.first {
            let room = Self.limitPerRule - first[rule, default: []].count
            first[rule, default: []] += findings.prefix(max(0, room))
        }
    }

    /// Number of findings of this weight, also of those that are not kept.
    package func count(of weight: AuditFinding.Weight) -> UInt64 {
        counts.reduce(0) { $1.key.weight == weight ? $0 + $1.value : $0 }
    }

    /// Whether nothing was found.
    package var isEmpty: Bool { counts.isEmpty }

    /// The findings that are kept, the gravest rule first, those of a rule as they came.
    package var kept: [AuditFinding] { AuditRule.allCases.flatMap { first[$0] ?? [] } }
}
