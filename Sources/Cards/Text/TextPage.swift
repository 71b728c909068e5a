import Encoding
import Manifests

/// Lays out marked lines under headings, in 80 columns.
struct TextPage {
    private let language: CardLanguage

    /// What stands there so far, each line ended by a line feed.
    private(set) var text = ""

    private static let columns = 80

    init(in language: CardLanguage) {
        self.language = language
    }

    /// Writes what it is, what the marks mean, and that it is a translation where it is one.
    mutating func begin(_ title: CardWord) {
        text += word(title) + "\n" + word(.legend) + "\n"
        if language != .english { text += word(.translation) + "\n" }
    }

    /// Begins a part.
    mutating func heading(_ title: CardWord) {
        let words = "--- " + word(title) + " "
        text += words + dashes(Self.columns - CardWriter.columns(of: words)) + "\n"
    }

    /// Ends a frame.
    mutating func rule() {
        text += dashes(Self.columns) + "\n"
    }

    private func dashes(_ count: Int) -> String { String(repeating: "-", count: max(3, count)) }

    private func word(_ word: CardWord) -> String { language.table.pattern(of: word) }

    private static let labelColumns = CardWriter.labelColumns + 1

    private static let blanks = String(repeating: " ", count: labelColumns)

    /// Writes labelled lines.
    mutating func add(_ lines: [CardLine]) {
        var writer = CardWriter()
        let hasLabels = lines.contains { $0.label != .none }
        for line in lines {
            let label = word(line.label)
            let pad = max(1, Self.labelColumns - CardWriter.columns(of: label))
            let head = hasLabels ? label + String(repeating: " ", count: pad) : ""
            writer.add(
                line.origin, head: head, indent: hasLabels ? Self.blanks : "",
                Text(line.sentence.text(in: language)))
        }
        add(writer)
    }

    /// Writes the lines of a template as they are, but for characters that Unicode hides and the
    /// template does not know.
    ///
    /// A line with such is broken anew. Of too many lines of a fact the first are there.
    mutating func add(template: String) {
        let lines = template.utf8.split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
        let blocks = CardBlock.blocks(of: lines)
        let shares = FairShare.of(CardLimit.lines, among: blocks.map(\.lines.count))
        var writer = CardWriter()
        for (block, share) in zip(blocks, shares) {
            for line in lines[block.lines].prefix(share) { add(line, by: &writer) }
            let unshown = block.lines.count - share
            guard unshown > 0 else { continue }
            let sentence = CardSentence(.moreLines, "\(unshown)")
            writer.add(
                .unknown, head: Self.blanks, indent: Self.blanks,
                Text(sentence.text(in: language)))
        }
        add(writer)
    }

    private mutating func add(_ line: String, by writer: inout CardWriter) {
        let safe = SafeText.line(line)
        guard safe.utf8.count != line.utf8.count else {
            add(writer)
            writer = CardWriter()
            text += line + "\n"
            return
        }
        let scalars = Array(safe.unicodeScalars.dropFirst(CardOrigin.stated.mark.utf8.count))
        let head = scalars.prefix(Self.labelColumns).map { String($0) }.joined()
        let words = scalars.dropFirst(Self.labelColumns).map { String($0) }.joined()
        writer.add(.stated, head: head, indent: Self.blanks, Text(words))
    }

    /// Writes the steps of a history as a tree, and what is said of the whole.
    mutating func add(_ history: WorkHistory) {
        var writer = CardWriter()
        let rows = history.rows
        for (place, row) in rows.enumerated() {
            let hasMore = rows.indices.contains(place + 1) && rows[place + 1].depth > row.depth
            for (number, line) in row.lines.enumerated() {
                var sentence = line.sentence.text(in: language)
                if number == 0, row.isAsked, rows.count > 1 {
                    sentence += " (\(word(.thisOne)))"
                }
                let rest = row.stem(isFirst: false) + (hasMore ? "|  " : "   ")
                writer.add(
                    line.origin, head: number == 0 ? row.stem(isFirst: true) : rest, indent: rest,
                    Text(sentence))
            }
        }
        for note in history.notes {
            writer.add(
                note.origin, head: "", indent: "", Text(note.sentence.text(in: language)))
        }
        add(writer)
    }

    private mutating func add(_ writer: CardWriter) {
        text += String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension HistoryRow {
    /// What stands in front of a line of the tree.
    fileprivate func stem(isFirst: Bool) -> String {
        let levels = goesOn.suffix(HistoryLimit.indents)
        return levels.enumerated().map { place, goesOn in
            guard place == levels.count - 1, isFirst else { return goesOn ? "|  " : "   " }
            return goesOn ? "|- " : "`- "
        }.joined()
    }
}
