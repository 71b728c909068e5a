/// Finds a place for each text of a chart where it covers no other text and no dot.
struct LabelPlaces {
    /// A text's box, in the chart's units.
    private struct Box {
        let left, top, right, bottom: Double

        func covers(_ other: Self) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// The height of a line of text, and the width of one of its characters.
    private static let size = (height: 11.0, width: 6.6)

    /// How far texts are moved at most, in lines.
    private static let lines = 6

    /// The lowest and the highest line on which a text may stand.
    let rows: ClosedRange<Double>

    private var taken: [Box] = []

    init(rows: ClosedRange<Double>) {
        self.rows = rows
    }

    /// Takes the place of a dot, which no text covers.
    mutating func takeDot(x: Double, y: Double) {
        taken.append(Box(left: x - 3, top: y - 3, right: x + 3, bottom: y + 3))
    }

    /// Takes the place for a text that is nearest to `y`, which is its base line, up or down.
    ///
    /// - Parameters:
    ///   - x: where the text begins, or its middle.
    ///   - isFirstDown: whether a place below is tried before one above.
    /// - Returns: the base line.
    mutating func place(
        _ text: String, x: Double, y: Double, isMiddle: Bool, isFirstDown: Bool
    ) -> Double {
        let width = Self.size.width * Double(text.count)
        let left = isMiddle ? x - width / 2 : x
        let steps = [0.0] + (1...Self.lines).flatMap { [Double($0), -Double($0)] }
        let candidates = steps.map { y + (isFirstDown ? $0 : -$0) * Self.size.height }
        let boxes = candidates.filter(rows.contains).map { base in
            Box(left: left, top: base - Self.size.height, right: left + width, bottom: base)
        }
        let free = boxes.first { box in !taken.contains { $0.covers(box) } }
        let box = free ?? Box(left: left, top: y - Self.size.height, right: left + width, bottom: y)
        taken.append(box)
        return box.bottom
    }
}
