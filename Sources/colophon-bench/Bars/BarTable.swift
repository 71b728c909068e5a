import Encoding
import Foundation

/// How a run's bars are printed.
enum BarTable {
    /// One JSON object on one line.
    static func json(_ bars: [Bar]) -> String {
        let object: JSON = ["bars": .array(bars.map(\.json))]
        return String(decoding: object.encoded(), as: UTF8.self)
    }

    /// A table of 80 columns.
    static func text(_ bars: [Bar]) -> String {
        let head = row("bar", "value", "limit", "unit", "ratio", "target", "")
        let rule = String(repeating: "-", count: 80)
        let rows = bars.map { bar in
            row(
                bar.name, number(bar.value), number(bar.limit), bar.unit,
                String(format: "%.2f", bar.ratio),
                (bar.sense == .atLeast ? ">= " : "<= ") + String(format: "%.2f", bar.target),
                bar.isMet ? "met" : "MISSED")
        }
        return ([head, rule] + rows + costs(bars)).joined(separator: "\n")
    }

    /// What one of each costs to compute, by server and client: on a busy machine it still says
    /// something.
    private static func costs(_ bars: [Bar]) -> [String] {
        let rows = bars.compactMap { bar in
            bar.computed.map {
                row(bar.name, number($0.server), number($0.client), "us", "", "", "")
            }
        }
        guard !rows.isEmpty else { return [] }
        return ["", row("computed for each", "server", "client", "unit", "", "", "")] + rows
    }

    private static func row(_ cells: String...) -> String {
        let widths = [-24, 10, 10, -11, 6, 8, -6]
        let padded = zip(cells, widths).map { cell, width in
            let space = String(repeating: " ", count: max(0, abs(width) - cell.count))
            return width < 0 ? cell + space : space + cell
        }
        return padded.joined(separator: " ")
    }

    private static func number(_ value: Double) -> String {
        String(format: value >= 1000 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }
}
