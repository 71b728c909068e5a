/// An SVG picture inside a page: shapes and text, coloured by the style sheet alone.
///
/// It has no attribute `style` and no element that loads or runs anything, so the policy of the
/// page need not permit either.
struct SVGDrawing {
    private let width: Int
    private let height: Int
    private let title: String
    private let description: String
    private var shapes = ""

    /// Begins a picture of so many units: `title` says what it is, and `description` what it shows
    /// to a reader who cannot see it.
    init(width: Int, height: Int, title: String, description: String) {
        self.width = width
        self.height = height
        self.title = title
        self.description = description
    }

    /// Draws a line between two points.
    mutating func line(_ from: (Int, Int), _ to: (Int, Int), _ style: String = "edge") {
        shapes +=
            "<line class=\"\(style)\" x1=\"\(from.0)\" y1=\"\(from.1)\" "
            + "x2=\"\(to.0)\" y2=\"\(to.1)\"/>"
    }

    /// Draws a path of straight lines.
    mutating func polyline(_ points: [(Int, Int)], _ style: String) {
        let places = points.map { "\($0.0),\($0.1)" }.joined(separator: " ")
        shapes += "<polyline class=\"\(style)\" points=\"\(places)\"/>"
    }

    /// Draws a disc.
    mutating func disc(_ centre: (Int, Int), radius: Int, _ style: String) {
        shapes +=
            "<circle class=\"\(style)\" cx=\"\(centre.0)\" cy=\"\(centre.1)\" r=\"\(radius)\"/>"
    }

    /// Draws a box around its centre.
    mutating func box(_ centre: (Int, Int), width: Int, height: Int, _ style: String) {
        shapes +=
            "<rect class=\"\(style)\" x=\"\(centre.0 - width / 2)\" y=\"\(centre.1 - height / 2)\" "
            + "width=\"\(width)\" height=\"\(height)\" rx=\"4\"/>"
    }

    /// Writes a text around its centre.
    mutating func text(_ text: String, at centre: (Int, Int), _ style: String = "label") {
        shapes +=
            "<text class=\"\(style)\" x=\"\(centre.0)\" y=\"\(centre.1)\">"
            + Markup(text: text).html + "</text>"
    }

    /// The picture.
    var markup: Markup {
        Markup(
            made: "<svg class=\"drawing\" role=\"img\" viewBox=\"0 0 \(width) \(height)\" "
                + "width=\"\(width)\" height=\"\(height)\"><title>\(Markup(text: title).html)"
                + "</title><desc>\(Markup(text: description).html)</desc>\(shapes)</svg>")
    }
}
