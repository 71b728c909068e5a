/// How the ledger took each kind of fault: counts, and the reasons that it gave.
struct FaultTable {
    private var rows: [(name: String, counts: [String: Int])] = []
    private var reasons: [(text: String, count: Int)] = []

    mutating func add(_ fault: Fault, _ outcome: FaultOutcome) {
        let name = [fault.call, fault.scope.rawValue, fault.name].joined(separator: " ")
        if rows.last?.name != name { rows.append((name, [:])) }
        rows[rows.count - 1].counts[outcome.column, default: 0] += 1
        guard let reason = outcome.reason else { return }
        let text = "\(outcome.column): \(fault.call) \(fault.name): \(Self.plain(reason))"
        if let place = reasons.firstIndex(where: { $0.text == text }) {
            reasons[place].count += 1
        } else {
            reasons.append((text, 1))
        }
    }

    /// The table, then each distinct reason with its count.
    var text: String {
        let width = (rows.map(\.name.count).max() ?? 0) + 2
        func line(_ name: String, _ cells: [String]) -> String {
            name + String(repeating: " ", count: width - name.count)
                + cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
        }
        var lines = [line("call, files, fault", FaultOutcome.columns)]
        for row in rows {
            lines.append(
                line(
                    row.name,
                    FaultOutcome.columns.map { row.counts[$0].map(String.init) ?? "." }))
        }
        return (lines + reasons.map { "\($0.count) x \($0.text)" }).joined(separator: "\n")
    }

    /// A reason without its time and without numbers, so that equal ones are counted together.
    private static func plain(_ reason: String) -> String {
        let words = reason.split(separator: " ").drop { $0.contains(/^\d{4}-\d\d-\d\dT/) }
        return words.joined(separator: " ").replacing(/\d+/, with: "N").prefix(200) + ""
    }
}
