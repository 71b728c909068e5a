import Cards
import Provenance

/// The card of an entry as a part of its page: what `colophon show --html` shows of its record,
/// with the life of the work.
enum EntryCard {
    /// How much of a card has room on a page of 60 KiB.
    static let limit = PageLimit(
        value: 200, facts: 7 * 1024, text: 5 * 1024, history: 11 * 1024)

    /// The card; `root` stands before the paths of other pages.
    static func markup(of entry: ShownEntry, _ judged: JudgedEntry, root: String) -> Markup {
        let id = entry.statement.id
        let view = CardView(
            of: entry.record,
            CardView.Context(
                name: "\(id).colophon", report: judged.report, isOnline: true,
                history: judged.history))
        let page = CardPage(view, upTo: limit, links: HistoryLinks(root: root))
        return Markup(made: page.content)
    }
}
