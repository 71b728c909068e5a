import Encoding
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Manifests
import Merkle
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
            exchange.query, allowed: allowed.union(["limit", "after"]))
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
        let next = entries.count > page.limit ? shown.last?.index : nil
        return list(items, page, next: next, exchange)
    }

    /// Writes one page as a JSON list; `next` is the cursor of the next page, where there is one.
    private func list(
        _ items: [JSON], _ page: Page, next: UInt64?, _ exchange: Exchange
    ) -> Reply {
        let bytes = JSON.array(items).encoded()
        var reply = Answer.bytes(bytes, MediaType.json, cache: CacheRule.revalidate)
        if let next {
            let query = page.query.setting("after", to: "\(next)")
            reply.headers[.link] = "<\(exchange.path)?\(query)>; rel=\"next\""
        }
        return EntityTag(of: bytes)
            .apply(to: reply, for: exchange.headers)
    }

    // MARK: - Evidence about heads

    /// Returns what authorities and calendars gave about heads, rising by size.
    func anchors(_ exchange: Exchange) throws(Problem) -> Reply {
        let page = try page(exchange, allowed: [])
        let (rows, isLast) = try stored {
            let rows = try ledger.anchors(after: page.after, limit: page.limit)
            guard let last = rows.last else { return (rows, true) }
            return (rows, try ledger.anchors(after: last.size, limit: 1).isEmpty)
        }
        return list(rows.map(Self.item), page, next: isLast ? nil : rows.last?.size, exchange)
    }

    private static func item(_ row: AnchorRow) -> JSON {
        let type: Text =
            switch row.kind {
            case .timestamp: Anchor.timestamp
            case .openTimestamps: Anchor.openTimestamps
            }
        let time = Int64(exactly: row.time).flatMap { Timestamp(seconds: $0).text }
        return [
            "size": .integer(Int64(clamping: row.size)), "type": .string(type),
            "name": .string(Text(row.name)), "state": .string(Text("\(row.state)")),
            "time": time.map { .string($0) } ?? .null,
        ]
    }

    // MARK: - Sequences

    /// Returns the evidence about the heads whose last entry is in one bundle.
    ///
    /// It changes when a head is dated and when a promise is kept. What is larger than is made at
    /// once has no tag: it would have to be read whole for it.
    func evidence(_ index: UInt64, _ exchange: Exchange) throws(Problem) -> Reply {
        let pieces = try stored { try ledger.evidencePieces(index: index) }
        guard let pieces else {
            throw .notFound("there is no evidence about a head that ends in this bundle")
        }
        let first = try stored {
            var pieces = pieces
            return try pieces.next(byteLimit: limits.bundleBytes) ?? []
        }
        guard first.count < limits.bundleBytes else {
            return try stored {
                try Answer.compressible(
                    pieces, upTo: limits.bundleBytes, MediaType.cborSequence,
                    cache: CacheRule.revalidate, exchange.accepted)
            }
        }
        let tag = EntityTag(of: first, isWeak: true)
        guard !tag.isKnown(exchange.headers) else {
            return tag.notModified(cache: CacheRule.revalidate, vary: Answer.encodingField)
        }
        let reply = Answer.compressible(
            first, MediaType.cborSequence, cache: CacheRule.revalidate, exchange.accepted)
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// Returns the manifests beside one entry bundle: they are as much as 64 MiB.
    ///
    /// The tag is not made of their bytes, which would all have to be read for it: nothing but an
    /// erasure changes them.
    func manifests(
        _ index: UInt64, _ width: Int, _ exchange: Exchange
    ) throws(Problem) -> Reply {
        // Read first: manifests that are newer than their tag are only fetched again, and what was
        // read before an erasure is not kept after it.
        let erasure = ledger.newestErasure
        defer { if ledger.newestErasure != erasure { bundles.forgetManifests() } }
        guard let pieces = ledger.manifestPieces(index: index, width: width) else {
            throw .beyondTree
        }
        let mark = erasure ?? 0
        let tag = EntityTag("\(instance)-manifests-\(index)-\(width)-\(mark)", isWeak: true)
        guard !tag.isKnown(exchange.headers) else {
            return tag.notModified(cache: CacheRule.revalidate, vary: Answer.encodingField)
        }
        let isFull = width == TileID.width
        let reply = try stored {
            try Answer.compressible(
                pieces, upTo: limits.bundleBytes, MediaType.cborSequence,
                cache: CacheRule.revalidate, exchange.accepted,
                keptAt: isFull ? bundles.place(of: .manifests(index, mark: mark)) : nil)
        }
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// Returns all control statements in order.
    func control(_ exchange: Exchange) throws(Problem) -> Reply {
        let pieces = ledger.controlPieces()
        let tag = EntityTag("\(instance)-control-\(pieces.count)", isWeak: true)
        guard !tag.isKnown(exchange.headers) else {
            return tag.notModified(cache: CacheRule.revalidate, vary: Answer.encodingField)
        }
        let reply = try stored {
            try Answer.compressible(
                pieces, upTo: limits.bundleBytes, MediaType.cborSequence,
                cache: CacheRule.revalidate, exchange.accepted)
        }
        return tag.apply(to: reply, for: exchange.headers)
    }
}

extension ManifestPieces: AnswerPieces {}
extension EvidencePieces: AnswerPieces {}
extension ControlPieces: AnswerPieces {}
