/// A number over time as a picture of a fixed size.
enum ChartDrawing {
    private static let width = 320
    private static let height = 96
    private static let inset = 6

    /// Draws values at even distances; where one is nil nothing was measured.
    ///
    /// `limit` is drawn across.
    static func markup(
        of values: [Double?], limit: Double? = nil, title: String, description: String
    ) -> Markup {
        var drawing = SVGDrawing(
            width: width, height: height, title: title, description: description)
        let known = values.compactMap { $0 }.filter(\.isFinite)
        let top = max(known.max() ?? 0, limit ?? 0)
        let bottom = min(known.min() ?? 0, 0)
        let range = top > bottom ? top - bottom : 1
        func y(_ value: Double) -> Int {
            let share = (value - bottom) / range
            return height - inset - Int(share * Double(height - 2 * inset))
        }
        func x(_ place: Int) -> Int {
            values.count > 1
                ? inset + (width - 2 * inset) * place / (values.count - 1) : width / 2
        }
        drawing.line((inset, y(max(0, bottom))), (width - inset, y(max(0, bottom))), "axis")
        if let limit { drawing.line((inset, y(limit)), (width - inset, y(limit)), "limit") }
        var run: [(Int, Int)] = []
        func end(_ drawing: inout SVGDrawing) {
            if run.count == 1 { drawing.disc(run[0], radius: 2, "curve-dot") }
            if run.count > 1 { drawing.polyline(run, "curve") }
            run = []
        }
        for (place, value) in values.enumerated() {
            if let value, value.isFinite {
                run.append((x(place), y(value)))
            } else {
                end(&drawing)
            }
        }
        end(&drawing)
        return drawing.markup
    }
}
