import Encoding
import Manifests

/// A card as text: lines of at most 80 columns, the same bytes on every machine.
///
/// Every line but headings begins with the mark of where it comes from. No text from elsewhere
/// begins a line, and characters that act on a terminal, or that nobody sees, are spelled out.
public struct CardText: Sendable {
    private let view: CardView
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ view: CardView, in language: CardLanguage = .english) {
        self.view = view
        self.language = language
    }

    /// The text, each line ended by a line feed.
    public var text: String {
        var page = TextPage(in: language)
        page.begin(.card)
        page.heading(.state)
        page.add(view.state)
        if let signed = view.signed {
            facts(signed, on: &page)
        }
        page.heading(.record)
        page.add(view.record)
        page.heading(.history)
        page.add(view.history)
        page.heading(.notCovered)
        page.add(view.open)
        return page.text
    }

    /// The signed text in its frame, and its digest; a translation stands in the text's place.
    private func facts(_ signed: SignedText, on page: inout TextPage) {
        if let wording = language.table.wording {
            page.heading(.translatedFacts)
            page.add(template: Card.text(of: signed.manifest, in: wording))
        } else {
            page.heading(.facts)
            page.add(template: signed.text)
        }
        page.rule()
        page.add([
            CardLine(.proven, .cardDigest, .plain, "\(signed.digest)"),
            CardLine(
                .proven, .none, signed.isNamedByManifest ? .digestSigned : .digestUnsigned),
        ])
    }
}
