import Encoding
import Manifests

/// Makes HTML of marked lines.
struct PageWords {
    private let language: CardLanguage
    private let limit: PageLimit

    init(_ language: CardLanguage, _ limit: PageLimit) {
        self.language = language
        self.limit = limit
    }

    /// Returns fixed words.
    func of(_ word: CardWord) -> String { PageText.escaped(language.table.pattern(of: word)) }

    /// What the marks mean, and that this is a translation where it is one.
    var legend: String {
        let marks = CardOrigin.allCases.map { origin in
            "<li><span class=\"mark\">\(Self.mark(origin))</span> \(of(Self.word(origin)))</li>"
        }.joined()
        let note = language == .english ? "" : "<p class=\"note\">\(of(.translation))</p>\n"
        return "<ul class=\"legend\">\(marks)</ul>\n" + note
    }

    private static func word(_ origin: CardOrigin) -> CardWord {
        switch origin {
        case .proven: .markProven
        case .stated: .markStated
        case .witnessed: .markWitnessed
        case .unknown: .markUnknown
        }
    }

    private static func mark(_ origin: CardOrigin) -> String {
        String(origin.mark.dropLast())
    }

    /// A part of the page under its heading.
    func section(_ title: CardWord, _ content: String) -> String {
        "<section aria-labelledby=\"\(title.rawValue)\">"
            + "<h2 id=\"\(title.rawValue)\">\(of(title))</h2>\n\(content)</section>\n"
    }

    /// Lines behind their labels.
    func list(of lines: [CardLine]) -> String {
        var html = "<dl>\n"
        for (place, line) in lines.enumerated() {
            if place == 0 || line.label != .none {
                html += place == 0 ? "" : "</div>\n"
                html += "<div class=\"line\"><dt>\(of(line.label))</dt>"
            }
            html += item("dd", line.origin, sentence(line.sentence))
        }
        return html + (lines.isEmpty ? "</dl>\n" : "</div>\n</dl>\n")
    }

    /// Says how much has no room; nothing where all has.
    func note(_ word: CardWord, _ count: Int) -> String {
        guard count > 0 else { return "" }
        let sentence = CardSentence(word, [.text(Text("\(count)"))])
        return "<p class=\"note\">\(PageText.escaped(sentence.text(in: language)))</p>\n"
    }

    /// The lines of a fact with one blank line for each run of them; words stand for a fact that
    /// shows nothing.
    func readable(_ lines: [String]) -> [String] {
        let blanks = lines.map(SafeText.showsNothing)
        guard blanks.contains(false) else { return [language.table.pattern(of: .blank)] }
        return lines.indices.filter { $0 == 0 || !blanks[$0] || !blanks[$0 - 1] }
            .map { lines[$0] }
    }

    /// Lines without labels.
    func points(_ lines: [CardLine]) -> String {
        let items = lines.map { item("li", $0.origin, sentence($0.sentence)) }.joined()
        return "<ul class=\"points\">\(items)</ul>\n"
    }

    /// A line of a history.
    func paragraph(_ origin: CardOrigin, _ words: CardSentence, _ note: String) -> String {
        item("p", origin, sentence(words) + note, class: "said")
    }

    /// A line with its mark.
    func item(
        _ element: String, _ origin: CardOrigin, _ content: String, class name: String? = nil
    ) -> String {
        let label = of(Self.word(origin))
        let start = element + (name.map { " class=\"\($0)\"" } ?? "")
        return "<\(start)><span class=\"mark\" role=\"img\" aria-label=\"\(label)\">"
            + "\(Self.mark(origin))</span> <span>\(content)</span></\(element)>\n"
    }

    private func sentence(_ sentence: CardSentence) -> String {
        let html = sentence.pieces(in: language).map { piece in
            piece.isForeign ? foreign(piece.text) : PageText.escaped(piece.text)
        }.joined()
        return Self.alarms.contains(sentence.word) ? "<strong>\(html)</strong>" : html
    }

    /// A value from elsewhere; an ellipsis of ours stands behind one that has no room.
    func foreign(_ text: String) -> String {
        let safe = SafeText.line(text)
        let scalars = safe.unicodeScalars
        guard
            let end = scalars.index(
                scalars.startIndex, offsetBy: limit.value, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return PageText.foreign(safe) }
        return PageText.foreign(String(scalars[..<end])) + "\u{2026}"
    }

    /// What must not be overlooked.
    private static let alarms: Set<CardWord> = [
        .refuted, .anotherFile, .anotherFileOfNone, .suspect, .suspectAccepted, .unproven,
        .isFalse, .isSuspect, .manifestOther, .keySuspect, .headSuspect, .stepFalse,
        .stepSuspect, .withdrawnBy, .stepWithdraws, .stepWithdrawsFile, .withdrawsUnnamed,
        .nothingChecked, .openNothing,
    ]
}
