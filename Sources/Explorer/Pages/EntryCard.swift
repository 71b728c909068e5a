import Manifests

/// The card of a manifest as a part of a page.
enum EntryCard {
    /// The card, and whether it is cut.
    static func markup(of manifest: Manifest) -> (card: Markup, isCut: Bool) {
        let (text, isCut) = Excerpt.lines(Card.text(of: manifest))
        let markup = "<pre class=\"card\" tabindex=\"0\">\(Markup(lines: text).html)</pre>"
        return (Markup(made: markup), isCut)
    }
}
