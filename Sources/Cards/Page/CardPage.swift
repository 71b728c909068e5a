import Encoding
import Manifests

/// A card as a page: one file without scripts and without requests, for a browser and for paper.
///
/// Its policy permits its own style sheet, by digest, and nothing else.
public struct CardPage: Sendable {
    private let view: CardView
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ view: CardView, in language: CardLanguage = .english) {
        self.view = view
        self.language = language
    }

    /// The whole document, in UTF-8.
    public var page: String {
        PageFrame.document(title: heading, in: language, PageFrame.main(article))
    }

    /// The card alone, for a page that has ``PageStyle/sheet``.
    public var article: String {
        let words = PageWords(language)
        var html = "<p class=\"kind\">\(words.of(.card))</p>\n"
        html += "<h1\(titleLanguage)>\(PageText.foreign(heading))</h1>\n"
        html += words.legend
        html += words.section(.state, words.list(of: view.state))
        if let signed = view.signed { html += facts(signed, words) }
        html += words.section(.record, words.list(of: view.record))
        html += words.section(.history, HistoryPage(view.history, in: language).tree)
        html += words.section(.notCovered, words.points(view.open))
        return html
    }

    private var heading: String {
        view.title.map { language.table.shown($0.string) } ?? language.table.pattern(of: .card)
    }

    private var titleLanguage: String {
        view.titleLanguage.map { " lang=\"\(PageText.escaped($0.string))\"" } ?? ""
    }

    private func facts(_ signed: SignedText, _ words: PageWords) -> String {
        let wording = language.table.wording
        let facts = Card.facts(of: signed.manifest, in: wording)
        let digest = [
            CardLine(.proven, .cardDigest, .plain, "\(signed.digest)"),
            CardLine(
                .proven, .none, signed.isNamedByManifest ? .digestSigned : .digestUnsigned),
        ]
        let exact = PageText.escaped(SafeText.lines(signed.text))
        let label = words.of(.signedText)
        let text =
            "<details><summary>\(label)</summary><pre tabindex=\"0\" lang=\"en\" "
            + "aria-label=\"\(label)\">\(exact)</pre></details>\n"
        return words.section(
            wording == nil ? .facts : .translatedFacts,
            words.list(of: facts) + words.list(of: digest) + text)
    }
}
