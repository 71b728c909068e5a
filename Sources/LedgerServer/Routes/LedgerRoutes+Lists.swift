import Encoding
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import Merkle
import NIOCore
import Provenance

extension LedgerRoutes {
    /// Returns the entries that name an artifact, oldest first.
    func subject(_ text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        guard let bytes = Hex.decode(text), let digest = Hash(bytes) else {
            throw .malformed("sha256: must be 64 lower-case hexadecimal digits")
        }
        let page = try page(exchange, allowed: [])
        let entries = try stored {
            try ledger.entries(subject: digest, after: page.after, limit: page.limit + 1)
        }
        return list(entries, page, exchange)
    }

    /// Returns the entries of one thread or of one issuer, oldest first.
    func threads(_ exchange: Exchange) throws(Problem) -> Reply {
        let page = try page(exchange, allowed: ["sub", "iss"])
        let entries: [EntryReference]
        switch (page.query["sub"], page.query["iss"]) {
        case (let subject?, nil):
            entries = try stored {
                try ledger.thread(
                    .subject, Text(subject), after: page.after, limit: page.limit + 1)
            }
        case (nil, let issuer?):
            entries = try stored {
                try ledger.thread(
                    .issuer, Text(issuer), after: page.after, limit: page.limit + 1)
            }
        default:
            throw .malformed("query: must have either sub or iss")
        }
        return list(entries, page, exchange)
    }

    /// A request for one page of a list.
    private struct Page {
        let query: Query
        let after: UInt64?
        let limit: Int
    }

    private func page(_ exchange: Exchange, allowed: Set<String>) throws(Problem) -> Page {
        let query = try Query(
            exchange.uri.query, allowed: allowed.union(["limit", "after"]))
        let limit = try query.number("limit") ?? UInt64(limits.pageEntries)
        guard limit > 0 else { throw .malformed("limit: must be at least 1") }
        return Page(
            query: query, after: try query.number("after"),
            limit: Int(min(limit, UInt64(limits.pageEntriesMaximum))))
    }

    /// Writes one page as a JSON list; where there is more, `Link` names the next page.
    private func list(
        _ entries: [EntryReference], _ page: Page, _ exchange: Exchange
    ) -> Reply {
        let shown = entries.prefix(page.limit)
        let items = shown.map { entry -> JSON in
            [
                "index": .integer(Int64(entry.index)), "entry": .string(Text("\(entry.id)")),
                "location": .string(Text(location(of: entry.id))),
            ]
        }
        let bytes = JSON.array(items).encoded()
        var reply = Answer.bytes(bytes, MediaType.json, cache: CacheRule.revalidate)
        if entries.count > page.limit, let last = shown.last {
            reply.headers[.link] = "<\(next(after: last.index, page, exchange))>; rel=\"next\""
        }
        return EntityTag(of: bytes)
            .apply(to: reply, for: exchange.headers)
    }

    /// The same query, from the entry behind `index` on.
    private func next(after index: UInt64, _ page: Page, _ exchange: Exchange) -> String {
        let kept = (exchange.uri.query ?? "").split(separator: "&")
            .filter { !$0.hasPrefix("after=") }
        let query = (kept.map(String.init) + ["after=\(index)"]).joined(separator: "&")
        return "\(exchange.uri.path)?\(query)"
    }

    // MARK: - Sequences

    /// Returns the manifests beside one entry bundle.
    func manifests(
        _ index: UInt64, _ width: Int, _ exchange: Exchange
    ) throws(Problem) -> Reply {
        let newestErasure = ledger.newestErasure
        // What was read before an erasure is not kept after it.
        defer { if ledger.newestErasure != newestErasure { bundles.forgetManifests() } }
        guard let bytes = try stored({ try ledger.manifestBundle(index: index, width: width) })
        else { throw .beyondTree }
        let digest = Hash.sha256(bytes)
        let tag = EntityTag(digest.description, isWeak: true)
        guard !tag.isKnown(exchange.headers) else {
            return tag.notModified(cache: CacheRule.revalidate, vary: Answer.encodingField)
        }
        let reply = Answer.compressible(
            bytes, MediaType.cborSequence, cache: CacheRule.revalidate, exchange.accepted,
            keptAs: width == TileID.width ? .manifests(digest) : nil, in: bundles)
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// Returns all control statements in order.
    func control(_ exchange: Exchange) throws(Problem) -> Reply {
        let bytes = try stored { try ledger.control() }
        let reply = Answer.compressible(
            bytes, MediaType.cborSequence, cache: CacheRule.revalidate, exchange.accepted)
        return EntityTag(of: bytes, isWeak: true)
            .apply(to: reply, for: exchange.headers)
    }
}
