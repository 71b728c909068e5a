import Manifests

/// How near photographs and their copies are by their perceptual hashes, as `Tools/likeness
/// --write` puts it into `Schemas/perceptual.md` (perceptual.md §6).
package struct LikenessTable: Hashable, Sendable {
    /// One way to make a copy.
    package struct Row: Hashable, Sendable {
        /// What was done to a photograph.
        package let copy: String

        /// The smallest, the median and the largest distance, in bits.
        package let distances: [Int]

        /// How many of the photographs have a copy as near as each ``LikenessBand``, the nearest
        /// band first.
        package let counts: [Int]
    }

    /// The headings of the columns: the copy, three distances, and a count for each band.
    package static let headings =
        ["copy", "smallest", "median", "largest"]
        + LikenessBand.allCases.map { "<= \($0.largestDistance)" }

    /// The most rows: a page has room for so many, and the tool makes 15.
    package static let rowLimit = 64

    /// How many photographs there are, in a sentence of the tool's.
    package let summary: String

    /// The rows, in the order of the document; never empty.
    package let rows: [Row]

    private static let begin = "<!-- Tools/likeness --write begins -->"
    private static let end = "<!-- and ends -->"

    /// The columns that have no count: the copy and its distances.
    private static let countColumn = 4

    /// Reads what stands between the tool's two marks in the text of the document.
    ///
    /// What follows the table there, such as what a hash costs, is passed over.
    package init(document: String) throws(LikenessTableError) {
        let lines = document.split(separator: "\n").map(String.init)
        guard let begin = lines.firstIndex(of: Self.begin),
            let end = lines.firstIndex(of: Self.end), begin < end
        else { throw .noMarks }
        let parts = lines[(begin + 1)..<end]
        guard let first = parts.first, !first.hasPrefix("|") else { throw .noSummary }
        let table = parts.dropFirst().prefix { $0.hasPrefix("|") }.map { Self.cells($0) }
        guard table.first == Self.headings, table.dropFirst().first?.count == Self.headings.count
        else { throw .wrongHeadings }
        // The second line rules the headings off.
        let lower = table.dropFirst(2)
        guard !lower.isEmpty, lower.count <= Self.rowLimit else {
            throw .wrongCount(lower.count)
        }
        summary = first
        rows = try lower.map { cells throws(LikenessTableError) in
            guard let row = Row(cells, countsFrom: Self.countColumn) else {
                throw .wrongRow(cells.joined(separator: " | "))
            }
            return row
        }
    }

    private static func cells(_ line: String) -> [String] {
        line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
    }
}

extension LikenessTable.Row {
    /// Reads the cells of a line; nil where they are not a name, distances that rise, and counts
    /// that rise.
    fileprivate init?(_ cells: [String], countsFrom place: Int) {
        let numbers = cells.dropFirst().compactMap { Int($0) }
        guard cells.count == LikenessTable.headings.count, numbers.count == cells.count - 1,
            let name = cells.first, !name.isEmpty
        else { return nil }
        let (distances, counts) = (numbers.prefix(place - 1), numbers.dropFirst(place - 1))
        guard distances.allSatisfy({ (0...PDQHash.bitCount).contains($0) }),
            counts.allSatisfy({ $0 >= 0 }), distances.sorted() == Array(distances),
            counts.sorted() == Array(counts)
        else { return nil }
        (copy, self.distances, self.counts) = (name, Array(distances), Array(counts))
    }
}

/// Why a text has no table of what a perceptual hash survives: run `Tools/likeness --write`.
package enum LikenessTableError: Error, Hashable {
    /// The tool's two marks do not stand in it, one behind the other, each on a line of its own.
    case noMarks

    /// No sentence about the photographs stands before the table.
    case noSummary

    /// The columns are others than ``LikenessTable/headings``.
    case wrongHeadings

    /// It has so many rows, and may have 1 to ``LikenessTable/rowLimit``.
    case wrongCount(Int)

    /// A row is not a name and numbers that follow from each other.
    case wrongRow(String)
}
