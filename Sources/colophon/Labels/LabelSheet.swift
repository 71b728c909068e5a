/// A sheet of labels as it is sold, in hundredths of a millimetre.
struct LabelSheet: Sendable {
    /// The number on the box.
    let name: String

    /// The paper.
    let paper: Paper

    /// Labels side by side, and one below the other.
    let columns: Int
    let rows: Int

    /// The size of a label.
    let width: Int
    let height: Int

    /// From the paper's edge to the first label.
    let left: Int
    let top: Int

    /// From one label to the next.
    let stepRight: Int
    let stepDown: Int

    /// A size of paper.
    enum Paper: String, Sendable {
        case a4 = "A4"
        case letter = "letter"

        /// Width and height in hundredths of a millimetre.
        var size: (width: Int, height: Int) {
            switch self {
            case .a4: (21_000, 29_700)
            case .letter: (21_590, 27_940)
            }
        }
    }

    /// Labels of a sheet.
    var count: Int { columns * rows }

    /// The sheets that are known, as their makers give their sizes.
    static let all: [LabelSheet] = [
        LabelSheet(
            name: "L7160", paper: .a4, columns: 3, rows: 7, width: 6_350, height: 3_810,
            left: 721, top: 1_515, stepRight: 6_604, stepDown: 3_810),
        LabelSheet(
            name: "L7159", paper: .a4, columns: 3, rows: 8, width: 6_350, height: 3_390,
            left: 721, top: 1_290, stepRight: 6_604, stepDown: 3_390),
        LabelSheet(
            name: "L7162", paper: .a4, columns: 2, rows: 8, width: 9_910, height: 3_390,
            left: 465, top: 1_290, stepRight: 10_160, stepDown: 3_390),
        LabelSheet(
            name: "L7163", paper: .a4, columns: 2, rows: 7, width: 9_910, height: 3_810,
            left: 465, top: 1_515, stepRight: 10_160, stepDown: 3_810),
        LabelSheet(
            name: "L7165", paper: .a4, columns: 2, rows: 4, width: 9_910, height: 6_770,
            left: 465, top: 1_310, stepRight: 10_160, stepDown: 6_770),
        LabelSheet(
            name: "L7651", paper: .a4, columns: 5, rows: 13, width: 3_810, height: 2_120,
            left: 467, top: 1_070, stepRight: 4_064, stepDown: 2_120),
        LabelSheet(
            name: "5160", paper: .letter, columns: 3, rows: 10, width: 6_667, height: 2_540,
            left: 476, top: 1_270, stepRight: 6_985, stepDown: 2_540),
        LabelSheet(
            name: "5162", paper: .letter, columns: 2, rows: 7, width: 10_160, height: 3_387,
            left: 397, top: 2_117, stepRight: 10_636, stepDown: 3_387),
        LabelSheet(
            name: "5163", paper: .letter, columns: 2, rows: 5, width: 10_160, height: 5_080,
            left: 397, top: 1_270, stepRight: 10_636, stepDown: 5_080),
        LabelSheet(
            name: "5164", paper: .letter, columns: 2, rows: 3, width: 10_160, height: 8_467,
            left: 397, top: 1_270, stepRight: 10_636, stepDown: 8_467),
    ]

    /// Returns the sheet of a name; nil where there is none.
    static func named(_ name: String) -> LabelSheet? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The upper left corner of a label, which is counted row by row from 0.
    func corner(of place: Int) -> (x: Int, y: Int) {
        (left + place % columns * stepRight, top + place / columns * stepDown)
    }
}
