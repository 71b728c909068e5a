import Explorer
import Foundation
import Testing

/// The table of what a perceptual hash survives is that of the document, or none.
@Suite struct LikenessTableTests {
    private static func document() throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appending(path: "Schemas/perceptual.md"), encoding: .utf8)
    }

    private static let begin = "<!-- Tools/likeness --write begins -->"
    private static let end = "<!-- and ends -->"
    private static let headings = "| copy | smallest | median | largest | <= 10 | <= 20 | <= 31 |"
    private static let rule = "|---|---|---|---|---|---|---|"
    private static let row = "| halved | 0 | 2 | 10 | 22 | 22 | 22 |"

    private static func text(_ lines: [String]) -> String {
        (["# Page", begin] + lines + [end]).joined(separator: "\n\n")
    }

    /// Every line between the marks that has a number in its second cell, read without the parser.
    @Test func eachRowOfTheDocumentIsARow() throws {
        let document = try Self.document()
        let lines = document.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: Self.begin))
        let rows = lines[start...].prefix { $0 != Self.end }
            .filter { $0.firstMatch(of: #/^\| .* \| \d+ \|/#) != nil }
        let table = try LikenessTable(document: document)
        #expect(rows.count > 10 && table.summary.contains("photographs"))
        #expect(
            table.rows.map { row in
                let cells = [row.copy] + (row.distances + row.counts).map { "\($0)" }
                return "| " + cells.joined(separator: " | ") + " |"
            } == rows)
    }

    @Test func whatFollowsTheTableIsPassedOver() throws {
        let table = try LikenessTable(
            document: Self.text(["Of 2.", Self.headings, Self.rule, Self.row, "A cost.", "| x |"]))
        #expect(table.summary == "Of 2." && table.rows.map(\.copy) == ["halved"])
        #expect(table.rows[0].distances == [0, 2, 10] && table.rows[0].counts == [22, 22, 22])
    }

    @Test func aTextWithoutTheToolsMarksHasNoTable() {
        let lines = ["Of 2.", Self.headings, Self.rule, Self.row]
        for text in ["", lines.joined(separator: "\n"), Self.begin, Self.end + "\n" + Self.begin] {
            #expect(throws: LikenessTableError.noMarks) { try LikenessTable(document: text) }
        }
    }

    @Test func aTableOfAnotherFormIsNone() {
        let many = Array(repeating: Self.row, count: LikenessTable.rowLimit + 1)
        for (lines, error) in [
            ([], .noSummary), ([Self.headings, Self.rule, Self.row], .noSummary),
            (["Of 2."], .wrongHeadings), (["Of 2.", Self.headings, Self.row], .wrongCount(0)),
            (
                ["Of 2.", Self.headings.replacing("10", with: "11"), Self.rule, Self.row],
                .wrongHeadings
            ),
            (["Of 2.", Self.headings, "|---|", Self.row], .wrongHeadings),
            (["Of 2.", Self.headings, Self.rule], .wrongCount(0)),
            (["Of 2.", Self.headings, Self.rule] + many, .wrongCount(many.count)),
        ] as [([String], LikenessTableError)] {
            #expect(throws: error, "\(lines.prefix(3))") {
                try LikenessTable(document: Self.text(lines))
            }
        }
    }

    @Test(arguments: [
        "| halved | 0 | 2 | 10 | 22 | 22 |", "| halved | 0 | 2 | 10 | 22 | 22 | 22 | 22 |",
        "| halved | 0 | 2 | 10 | 22 | 22 | x |", "|  | 0 | 2 | 10 | 22 | 22 | 22 |",
        "| halved | 3 | 2 | 10 | 22 | 22 | 22 |", "| halved | 0 | 2 | 257 | 22 | 22 | 22 |",
        "| halved | -1 | 2 | 10 | 22 | 22 | 22 |", "| halved | 0 | 2 | 10 | 22 | 21 | 22 |",
        "| halved | 0 | 2 | 10 | -1 | 22 | 22 |",
    ])
    func aRowOfAnotherFormIsNamed(row: String) {
        let error = #expect(throws: LikenessTableError.self) {
            try LikenessTable(
                document: Self.text(["Of 2.", Self.headings, Self.rule, Self.row, row]))
        }
        guard case .wrongRow(let words)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(row.contains(words.suffix(5)))
    }
}
