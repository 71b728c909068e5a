package import Encoding
import Ledger

/// The figures of the last hour, for a page and for a terminal.
package struct OperationsReport: Sendable {
    /// One figure with its values.
    package struct Line: Sendable {
        /// The name in words.
        package let title: String

        /// The newest value in words, with its unit.
        package let value: String

        /// When it is bad, in words.
        package let rule: String

        /// The alert that watches it; nil where none does.
        package let alert: String?

        /// Whether the newest value is bad.
        package let isBad: Bool

        /// The limit that is drawn; nil where there is none.
        package let limit: Double?

        /// The values, the oldest first; nil where nothing was measured.
        package let values: [Double?]
    }

    /// Why nothing is registered; nil where the ledger is ready.
    package let trouble: String?

    /// What somebody should look at, a line each.
    package let warnings: [String]

    /// The figures.
    package let lines: [Line]

    /// Takes the figures of a ring.
    package init(_ ring: FigureRing, trouble: String?, warnings: [String]) {
        self.trouble = trouble
        self.warnings = warnings
        lines = zip(Figure.all, ring.values).map { figure, values in
            let newest = values.last ?? nil
            return Line(
                title: figure.title, value: figure.text(newest), rule: figure.ruleWords,
                alert: figure.alert, isBad: figure.isBad(newest), limit: figure.limit,
                values: values)
        }
    }

    private static func json(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        let whole = Int64(exactly: value).flatMap {
            $0.magnitude <= JSON.maximumInteger.magnitude ? $0 : nil
        }
        return whole.map { .integer($0) } ?? .decimal(value)
    }

    /// The report for programs.
    package var json: JSON.Object {
        let figures = lines.map { line -> JSON in
            [
                "title": .string(Text(line.title)), "value": .string(Text(line.value)),
                "rule": .string(Text(line.rule)),
                "alert": line.alert.map { .string(Text($0)) } ?? .null,
                "bad": .bool(line.isBad),
                "values": .array(line.values.map(Self.json)),
            ]
        }
        return [
            "trouble": trouble.map { .string(Text($0)) } ?? .null,
            "warnings": .array(warnings.map { .string(Text($0)) }),
            "seconds": .integer(Int64(FigureRing.interval)), "figures": .array(figures),
        ]
    }
}
