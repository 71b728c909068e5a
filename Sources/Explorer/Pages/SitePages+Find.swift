import HTTPService
import HTTPTypes
import Ledger
import LedgerStore

extension SitePages {
    /// Entries on one page of a list: what a person looks through.
    static let listLimit = 50

    /// The list of what was looked up; the page of an entry, where it is one.
    func find(_ exchange: Exchange) throws(Problem) -> Reply {
        // A form writes a blank as "+".
        let query = try Query(
            exchange.query.map { $0.replacing("+", with: "%20") }, allowed: ["by", "q", "after"])
        guard let kind = LookupKind(rawValue: query["by"] ?? LookupKind.any.rawValue) else {
            let names = LookupKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .malformed("by: must be one of \(names)")
        }
        let entered = query["q"] ?? ""
        let lookup = try Lookup(kind, entered)
        let root = SiteResource.root(from: exchange.path, to: .find)
        if case .entry(let id) = lookup {
            // Looked at first: an entry that is not there is said here.
            guard try stored({ try ledger.statement(id) }) != nil else { throw try absence(of: id) }
            return Self.redirect(to: "\(root)entries/\(id)")
        }
        let after = try query.number("after")
        let found = try stored { try entries(lookup, after: after, limit: Self.listLimit + 1) }
        let shown = found.prefix(Self.listLimit)
        let isCut = found.count > Self.listLimit
        var values: PageValues = [
            "heading": .text(kind.heading), "q": .text(Excerpt.line(entered)),
            "form": .markup(form(kind, entered, root: root)), "root": .text(root),
            "size": .text("\(ledger.readableSize)"), "isEmpty": .flag(shown.isEmpty),
            "hasEntries": .flag(!shown.isEmpty), "isIncomplete": .flag(isIncomplete),
            "entries": .list(
                shown.map {
                    [
                        "index": .text("\($0.index)"), "entry": .text("\($0.id)"),
                        "root": .text(root),
                    ]
                }),
        ]
        if isCut, let last = shown.last {
            values["next"] = .text(query.setting("after", to: "\(last.index)"))
        }
        let content = PageTemplate.list.filled(with: values)
        return SitePage(title: kind.heading, root: root, origin: origin, content: content)
            .reply(.nothing, to: exchange)
    }

    private func entries(
        _ lookup: Lookup, after: UInt64?, limit: Int
    ) throws(LedgerError) -> [EntryReference] {
        switch lookup {
        case .entry: return []
        case .digest(let digest):
            return try ledger.entries(subject: digest, after: after, limit: limit)
        case .thread(let name):
            return try ledger.thread(.subject, name, after: after, limit: limit)
        case .issuer(let name):
            return try ledger.thread(.issuer, name, after: after, limit: limit)
        case .threadOrIssuer(let name):
            // Which of the two it is does not change from page to page.
            let isThread = try !ledger.thread(.subject, name, after: nil, limit: 1).isEmpty
            return try ledger.thread(
                isThread ? .subject : .issuer, name, after: after, limit: limit)
        }
    }

    private static func redirect(to path: String) -> Reply {
        var reply = Reply(status: .seeOther)
        reply.headers[.location] = path
        reply.headers[.cacheControl] = CacheRule.never
        return SitePage.guarded(reply)
    }
}
