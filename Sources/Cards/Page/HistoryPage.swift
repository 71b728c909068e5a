import Encoding
import Manifests
import Provenance

/// A history as a page: a list of lists, each step below the one that it was made from.
public struct HistoryPage: Sendable {
    private let history: WorkHistory
    private let language: CardLanguage
    private let limit: PageLimit
    private let links: HistoryLinks?

    /// Takes what is shown, the language of the fixed words, how much has room, and where the steps
    /// have pages of their own; nil where nobody knows that.
    public init(
        _ history: WorkHistory, in language: CardLanguage = .english,
        upTo limit: PageLimit = .none, links: HistoryLinks? = nil
    ) {
        self.history = history
        self.language = language
        self.limit = limit
        self.links = links
    }

    /// The whole document, in UTF-8.
    public var page: String {
        let words = PageWords(language, limit)
        let heading = words.of(.history)
        let main = "<h1>\(heading)</h1>\n" + words.legend + tree
        return PageFrame.document(
            title: language.table.pattern(of: .history), in: language, PageFrame.main(main))
    }

    /// The steps alone, as many as have room, for a page that has ``PageStyle/card``.
    public var tree: String {
        let words = PageWords(language, limit)
        let rows = history.rows
        var html = ""
        var shown = 0
        // The list at each level that is open; a step deeper than the limit stands beside its own.
        var open = 0
        for row in rows {
            let item = item(row, isOneOf: rows.count, words)
            guard html.utf8.count + item.utf8.count <= limit.history else { break }
            shown += 1
            let level = min(row.depth, HistoryLimit.indents) + 1
            if level > open {
                html += "<ol class=\"tree\">\n"
            } else {
                html += "</li>\n"
                for _ in level..<open { html += "</ol></li>\n" }
            }
            open = level
            html += item
        }
        if open > 0 { html += "</li>\n" }
        for _ in 1..<max(1, open) { html += "</ol></li>\n" }
        if open > 0 { html += "</ol>\n" }
        return html + words.note(.stepsUnshown, rows.count - shown)
            + history.notes.map { words.paragraph($0.origin, $0.sentence, "") }.joined()
    }

    /// A step without its end: the steps below it come first.
    private func item(_ row: HistoryRow, isOneOf count: Int, _ words: PageWords) -> String {
        let isCurrent = row.isAsked && count > 1
        var html = isCurrent ? "<li aria-current=\"true\">" : "<li>"
        for (number, line) in row.lines.enumerated() {
            let note = number == 0 && isCurrent ? " (\(words.of(.thisOne)))" : ""
            html += words.paragraph(line.origin, line.sentence, note)
        }
        return html + ways(to: row, words)
    }

    /// The links of a step that is in the log, but for the one that the page is about.
    private func ways(to row: HistoryRow, _ words: PageWords) -> String {
        guard let links, row.step.index != nil, !row.isAsked else { return "" }
        let entry = row.step.entry
        func link(_ address: String, _ word: CardWord, _ suffix: String? = nil) -> String {
            let download = suffix.map { " download=\"\(entry).\($0)\"" } ?? ""
            return "<a href=\"\(PageText.escaped(address))\"\(download)>\(words.of(word))</a>\n"
        }
        return "<p class=\"links\">" + link(links.page(of: entry), .linkEntry)
            + link(links.record(of: entry), .linkRecord, "colophon")
            + link(links.proof(of: entry), .linkProof, "tlog-proof") + "</p>\n"
    }
}
