import Foundation

/// The figures of a growth run as an SVG of six small charts, each with two logarithmic axes.
///
/// Colours are chosen so that they can be read on white and on black; the text follows the
/// reader's colour scheme.
struct GrowthChart {
    /// One small chart: what is on its vertical axis, and one or two lines.
    private struct Panel: Sendable {
        let title: String
        let lines: [(name: String, value: @Sendable (GrowthPoint) -> Double)]
    }

    private static let panels = [
        Panel(
            title: "submit: µs of the machine for a statement",
            lines: [("", { $0.submitMicroseconds })]),
        Panel(
            title: "receipt: ms for one client",
            lines: [("p50", { $0.receiptMedian }), ("p99", { $0.receiptTail })]),
        Panel(
            title: "lookup: µs computed for a GET of an entry",
            lines: [("", { $0.lookupMicroseconds })]),
        Panel(title: "start after kill -9: s until ready", lines: [("", { $0.startSeconds })]),
        Panel(title: "memory: MiB resident at most", lines: [("", { $0.memory })]),
        Panel(
            title: "disk: B for an entry",
            lines: [("all", { $0.diskBytes }), ("contents", { $0.contentBytes })]),
    ]

    private static let columns = 2
    private static let panelSize = (width: 400.0, height: 230.0)
    private static let colours = ["#2a7fb8", "#d9822b"]

    private let points: [GrowthPoint]

    init(_ points: [GrowthPoint]) {
        self.points = points
    }

    var svg: String {
        let rows = (Self.panels.count + Self.columns - 1) / Self.columns
        let width = Int(Self.panelSize.width) * Self.columns
        let height = Int(Self.panelSize.height) * rows
        let panels = Self.panels.enumerated().map { position, panel in
            let x = Double(position % Self.columns) * Self.panelSize.width
            let y = Double(position / Self.columns) * Self.panelSize.height
            return "<g transform=\"translate(\(Int(x)) \(Int(y)))\">\n\(draw(panel))\n</g>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" font-family="sans-serif" font-size="11">
            <title>Cost as the ledger grows; both axes are logarithmic</title>
            <style>
            text { fill: #24292f } .axis { stroke: #8c959f } .grid { stroke: #8c959f; opacity: .3 }
            @media (prefers-color-scheme: dark) { text { fill: #d0d7de } }
            </style>
            \(panels.joined(separator: "\n"))
            </svg>

            """
    }

    // MARK: - One small chart

    private func draw(_ panel: Panel) -> String {
        let values = panel.lines.flatMap { line in points.map(line.value) }
        let scale = Scale(
            entries: points.map { Double($0.entries) }, values: values, size: Self.panelSize)
        let title = Self.text(panel.title, scale.left, 16, "start", weight: "bold")
        let axes = [
            Self.line(scale.left, scale.bottom, scale.right, scale.bottom, "axis"),
            Self.line(scale.left, scale.top, scale.left, scale.bottom, "axis"),
            Self.text("entries", scale.right, scale.bottom + 30, "end"),
        ]
        let sizes = points.map { point in
            Self.text(
                GrowthTable.count(point.entries), scale.x(Double(point.entries)),
                scale.bottom + 16, "middle")
        }
        let decades = scale.decades.map { value in
            Self.line(scale.left, scale.y(value), scale.right, scale.y(value), "grid")
                + Self.text(Self.short(value), scale.left - 6, scale.y(value) + 4, "end")
        }
        let places = panel.lines.map { line in
            points.map { (x: scale.x(Double($0.entries)), y: scale.y(line.value($0))) }
        }
        let lines = zip(places, Self.colours).map { Self.draw($0, $1) }
        let labels = labels(of: panel, at: places, within: scale)
        return ([title] + axes + sizes + decades + lines + labels).joined(separator: "\n")
    }

    /// Draws a line with a dot at each size.
    private static func draw(_ places: [(x: Double, y: Double)], _ colour: String) -> String {
        let path = places.map { place($0.x) + "," + place($0.y) }.joined(separator: " ")
        let line =
            "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
        let dots = places.map { place in
            "<circle cx=\"\(Self.place(place.x))\" cy=\"\(Self.place(place.y))\" r=\"3\" "
                + "fill=\"\(colour)\"/>"
        }
        return ([line] + dots).joined(separator: "\n")
    }

    /// The values at each size, and the names at the ends: of two lines the upper one's above.
    private func labels(
        of panel: Panel, at places: [[(x: Double, y: Double)]], within scale: Scale
    ) -> [String] {
        var free = LabelPlaces(rows: scale.top...scale.bottom)
        for (x, y) in places.joined() { free.takeDot(x: x, y: y) }
        var labels: [String] = []
        let heights = places.map { $0.reduce(0) { $0 + $1.y } }
        for (line, place) in zip(panel.lines, places) {
            let isUpper = heights.count > 1 && place.reduce(0) { $0 + $1.y } == heights.min()
            for (point, (x, y)) in zip(points, place) {
                let text = Self.short(line.value(point))
                let base = free.place(
                    text, x: x, y: y + (isUpper ? -8 : 16), isMiddle: true, isFirstDown: !isUpper)
                labels.append(Self.text(text, x, base, "middle"))
            }
        }
        for (line, place) in zip(panel.lines, places) where !line.name.isEmpty {
            guard let end = place.last else { continue }
            let base = free.place(
                line.name, x: end.x + 16, y: end.y + 4, isMiddle: false, isFirstDown: true)
            labels.append(Self.text(line.name, end.x + 16, base, "start"))
        }
        return labels
    }

    private static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
    ) -> String {
        "<line x1=\"\(place(x1))\" y1=\"\(place(y1))\" x2=\"\(place(x2))\" y2=\"\(place(y2))\" "
            + "class=\"\(style)\"/>"
    }

    private static func text(
        _ text: String, _ x: Double, _ y: Double, _ anchor: String, weight: String = "normal"
    ) -> String {
        "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\" "
            + "font-weight=\"\(weight)\">\(text)</text>"
    }

    private static func place(_ value: Double) -> String { String(format: "%.1f", value) }

    /// A value with two or three digits that count.
    private static func short(_ value: Double) -> String {
        switch value {
        case 1_000_000...: String(format: "%g M", value / 1_000_000)
        case 10_000...: String(format: "%.0f k", value / 1000)
        case 10...: String(format: "%.0f", value)
        case 1...: String(format: "%.2g", value)
        default: String(format: "%.2g", value)
        }
    }
}
