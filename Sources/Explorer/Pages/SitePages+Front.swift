import HTTPService
import Ledger

extension SitePages {
    /// The page that a person opens first.
    func front(_ exchange: Exchange) -> Reply {
        let root = SiteResource.root(from: exchange.path, to: .front)
        let content = PageTemplate.front.filled(with: [
            "origin": .text(origin), "size": .text("\(ledger.readableSize)"),
            "form": .markup(form(root: root)), "root": .text(root),
            "genesis": .text("\(ledger.genesis)"), "isIncomplete": .flag(isIncomplete),
        ])
        return SitePage(title: "Look up", root: root, origin: origin, content: content)
            .reply(.head, to: exchange)
    }
}
