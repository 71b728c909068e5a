import Encoding
import Manifests

/// A history as a page: a list of lists, each step below the one that it was made from.
public struct HistoryPage: Sendable {
    private let history: WorkHistory
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ history: WorkHistory, in language: CardLanguage = .english) {
        self.history = history
        self.language = language
    }

    /// The whole document, in UTF-8.
    public var page: String {
        let words = PageWords(language)
        let heading = words.of(.history)
        let main = "<h1>\(heading)</h1>\n" + words.legend + tree
        return PageFrame.document(
            title: language.table.pattern(of: .history), in: language, PageFrame.main(main))
    }

    /// The steps alone, for a page that has ``PageStyle/sheet``.
    public var tree: String {
        let words = PageWords(language)
        let rows = history.rows
        var html = ""
        // The list at each level that is open; a step deeper than the limit stands beside its own.
        var open = 0
        for row in rows {
            let level = min(row.depth, HistoryLimit.indents) + 1
            if level > open {
                html += "<ol class=\"tree\">\n"
            } else {
                html += "</li>\n"
                for _ in level..<open { html += "</ol></li>\n" }
            }
            open = level
            let isCurrent = row.isAsked && rows.count > 1
            html += isCurrent ? "<li aria-current=\"true\">" : "<li>"
            for (number, line) in row.lines.enumerated() {
                let note = number == 0 && isCurrent ? " (\(words.of(.thisOne)))" : ""
                html += words.paragraph(line.origin, line.sentence, note)
            }
        }
        if open > 0 { html += "</li>\n" }
        for _ in 1..<max(1, open) { html += "</ol></li>\n" }
        if open > 0 { html += "</ol>\n" }
        return html
            + history.notes.map { words.paragraph($0.origin, $0.sentence, "") }.joined()
    }
}
