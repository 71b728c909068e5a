import HTTPService
import Ledger
import Provenance

extension SitePages {
    /// The page of the verifier, which runs in the visitor's browser.
    func verify(_ exchange: Exchange) throws(Problem) -> Reply {
        let root = SiteResource.root(from: exchange.path, to: .verify)
        let content = PageTemplate.verify.filled(with: [
            "origin": .text(origin), "root": .text(root),
            "genesis": .text("\(ledger.genesis)"),
        ])
        return Page(title: "Verify a file", root: root, origin: origin, content: content)
            .reply(.head, to: exchange)
    }
}
