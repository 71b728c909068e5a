import Encoding
import Manifests

/// A card as a page: one file without scripts and without requests, for a browser and for paper.
///
/// Its policy permits its own style sheet, by digest, and nothing else.
public struct CardPage: Sendable {
    private let view: CardView
    private let language: CardLanguage
    private let limit: PageLimit
    private let links: HistoryLinks?

    /// Takes what is shown, the language of the fixed words, how much has room, and where the steps
    /// of the history have pages of their own; nil where nobody knows that.
    public init(
        _ view: CardView, in language: CardLanguage = .english, upTo limit: PageLimit = .none,
        links: HistoryLinks? = nil
    ) {
        self.view = view
        self.language = language
        self.limit = limit
        self.links = links
    }

    /// The whole document, in UTF-8.
    public var page: String {
        PageFrame.document(title: heading, in: language, PageFrame.main(article))
    }

    /// The card alone with its heading, for a page that has ``PageStyle/sheet``.
    public var article: String {
        let words = PageWords(language, limit)
        return "<p class=\"kind\">\(words.of(.card))</p>\n"
            + "<h1\(titleLanguage)>\(words.foreign(heading))</h1>\n" + content
    }

    /// The card without its heading, for a page that has one, and ``PageStyle/card``; it belongs
    /// into an element of the class "card".
    public var content: String {
        let words = PageWords(language, limit)
        var html = words.legend
        html += words.section(.state, words.list(of: view.state))
        if let signed = view.signed { html += facts(signed, words) }
        html += words.section(.record, words.list(of: view.record))
        let history = HistoryPage(view.history, in: language, upTo: limit, links: links)
        html += words.section(.history, history.tree)
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
        let facts = Card.facts(of: signed.manifest, in: wording, upTo: limit.facts)
        let page = PageFacts(language, limit)
        let digest = [
            CardLine(.proven, .cardDigest, .plain, "\(signed.digest)"),
            CardLine(
                .proven, .none, signed.isNamedByManifest ? .digestSigned : .digestUnsigned),
        ]
        return words.section(
            wording == nil ? .facts : .translatedFacts,
            page.list(of: facts) + words.list(of: digest) + page.exact(signed.manifest))
    }
}
