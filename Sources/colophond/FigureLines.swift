import Encoding

/// The figures of a running ledger as lines of 80 columns.
struct FigureLines {
    /// Columns of a figure's name and of its value; the curve has the rest.
    private static let titleColumns = 19
    private static let valueColumns = 15

    /// Columns of a curve.
    private static let curveColumns = 40

    /// From the least to the greatest, in characters that every terminal has.
    private static let levels: [Character] = ["_", ".", ":", "-", "=", "+", "*", "#", "@"]

    private let report: JSON.Object

    /// Takes the answer of the server.
    init(_ report: JSON.Object) {
        self.report = report
    }

    /// The lines, the state first.
    var lines: [String] {
        var lines = [report["trouble"]?.text.map { "not ready: \($0.string)" } ?? "ready"]
        lines += (report["warnings"]?.array ?? []).compactMap(\.text).map {
            "warning: \($0.string)"
        }
        lines += (report["figures"]?.array ?? []).map(Self.line)
        let seconds = report["seconds"]?.integer ?? 0
        lines.append("a curve is of the last hour, a value every \(seconds) s; ! is past its limit")
        return lines
    }

    /// Whether a figure is bad, or nothing is registered.
    var isBad: Bool {
        report["trouble"]?.text != nil
            || (report["figures"]?.array ?? []).contains { $0["bad"] == .bool(true) }
    }

    private static func line(_ figure: JSON) -> String {
        let mark = figure["bad"] == .bool(true) ? "!" : " "
        let title = padded(figure["title"]?.text?.string ?? "?", titleColumns)
        let value = padded(figure["value"]?.text?.string ?? "?", valueColumns)
        let values = (figure["values"]?.array ?? []).map(\.number)
        return "\(mark) \(title) \(value) \(curve(values))".trimmingSuffix { $0 == " " }
    }

    /// One character for as many values as share a column: their greatest; a blank where nothing
    /// was measured.
    static func curve(_ values: [Double?]) -> String {
        let top = values.compactMap { $0 }.max() ?? 0
        let bottom = min(0, values.compactMap { $0 }.min() ?? 0)
        let share = max(1, (values.count + curveColumns - 1) / curveColumns)
        return String(
            stride(from: 0, to: values.count, by: share).map { start in
                let known = values[start..<min(start + share, values.count)].compactMap { $0 }
                guard let greatest = known.max() else { return " " }
                guard top > bottom else { return levels[0] }
                let level = (greatest - bottom) / (top - bottom) * Double(levels.count - 1)
                return levels[Int(level.rounded())]
            })
    }

    private static func padded(_ text: String, _ columns: Int) -> String {
        text.count < columns
            ? text + String(repeating: " ", count: columns - text.count)
            : String(text.prefix(columns))
    }
}

extension String {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !isDropped($0) }) else { return "" }
        return String(self[...last])
    }
}
