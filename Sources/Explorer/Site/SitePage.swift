import HTTPService
import HTTPTypes

/// A page of the site as it is answered: its content in the frame that all have.
struct SitePage {
    /// What may be kept of a page.
    enum Keeping {
        /// It has text of a manifest, which may be erased: nobody keeps it.
        case nothing

        /// It follows from the newest head.
        case head
    }

    /// What a page may load and run: its own style sheet and pictures; no script, no request, no
    /// frame.
    static let readingPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'"

    /// Its title, without the origin.
    let title: String

    /// What stands before the paths of other pages, seen from here.
    let root: String

    /// The origin of the ledger.
    let origin: String

    /// The content.
    let content: Markup

    /// Whether the ledger has no other pages to link to.
    var isAlone = false

    /// The document.
    var document: Markup {
        PageTemplate.layout.filled(with: [
            "title": .text(title), "root": .text(root), "origin": .text(origin),
            "content": .markup(content), "isAlone": .flag(isAlone),
        ])
    }

    /// The answer with it.
    func reply(_ keeping: Keeping, to exchange: Exchange) -> Reply {
        Self.reply(Array(document.html.utf8), Self.readingPolicy, keeping, to: exchange)
    }

    /// The answer with a document that is whole.
    static func reply(
        _ bytes: [UInt8], _ policy: String, _ keeping: Keeping, to exchange: Exchange
    ) -> Reply {
        let cache =
            switch keeping {
            case .nothing: CacheRule.never
            case .head: CacheRule.head
            }
        var reply = Answer.compressible(bytes, Self.type, cache: cache, exchange.accepted)
        reply.headers[.vary] = "Accept, \(Answer.encodingField)"
        guard keeping == .head else { return guarded(reply, policy) }
        return EntityTag(of: bytes, isWeak: true)
            .apply(to: guarded(reply, policy), for: exchange.headers)
    }

    /// The same answer with the fields that bind a browser.
    static func guarded(_ reply: Reply, _ policy: String = readingPolicy) -> Reply {
        var reply = reply
        reply.headers[.contentSecurityPolicy] = policy
        reply.headers[.xContentTypeOptions] = "nosniff"
        reply.headers[.referrerPolicy] = "no-referrer"
        return reply
    }

    /// The type of a page.
    static let type = MediaType.html + "; charset=utf-8"
}

extension HTTPField.Name {
    /// `Referrer-Policy`: an address of a page is nobody else's business.
    fileprivate static let referrerPolicy: HTTPField.Name = {
        guard let name = HTTPField.Name("Referrer-Policy") else {
            preconditionFailure("a name of letters and a hyphen is one")
        }
        return name
    }()
}
