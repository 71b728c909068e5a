import Checkpoints
import Encoding
import HTTPService
import HTTPTypes
import Ledger
import Merkle
import NIOCore

extension LedgerRoutes {
    /// Returns the head that is served, or the newest, where there is one that may be seen.
    func note(of head: Head?, _ exchange: Exchange) throws(Problem) -> Reply {
        guard let head else { throw .unmetQuorum("\(ledger.unmetQuorum)") }
        return Answer.tagged(
            head.note, MediaType.text, cache: CacheRule.head, for: exchange.headers)
    }

    /// Returns one kept head by its size.
    func head(_ text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        guard let size = UInt64(decimal: text) else {
            throw .malformed("size: must be a decimal number without leading zeros")
        }
        guard let head = try stored({ try ledger.head(size: size) }) else {
            throw .notFound("no head of this size is kept")
        }
        return Answer.tagged(
            head.note, MediaType.text, cache: CacheRule.revalidate, for: exchange.headers)
    }

    /// Returns the newest kept head that is older than a time in POSIX seconds.
    func head(before text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        guard let time = UInt64(decimal: text) else {
            throw .malformed("time: must be POSIX seconds, a decimal number without leading zeros")
        }
        guard let head = try stored({ try ledger.head(before: time) }) else {
            throw .notFound("no head that is kept is older than \(time)")
        }
        return Answer.tagged(
            head.note, MediaType.text, cache: CacheRule.revalidate, for: exchange.headers)
    }

    /// Returns a tile or an entry bundle (C2SP tlog-tiles).
    func tile(_ path: TilePath, _ exchange: Exchange) throws(Problem) -> Reply {
        switch path {
        case .tile(let id, let width):
            return try hashes(of: id, width).unlessKnown(by: exchange.headers)
        case .entries(let index, let width):
            return try entries(index, width, exchange)
        }
    }

    /// Returns the answer with the first `width` hashes of a tile, made once where it is full.
    private func hashes(of id: TileID, _ width: Int) throws(Problem) -> Reply {
        let isFull = width == TileID.width
        if isFull, let kept = tiles.answer(with: .tile(id)) { return kept }
        let bytes = try stored {
            try ledger.withTile(id, width: width) { ByteBuffer(copying: $0) }
        }
        guard let bytes else { throw .beyondTree }
        var answer = Answer.buffer(bytes, MediaType.bytes, cache: CacheRule.immutable)
        answer.headers[.eTag] =
            EntityTag("\(instance)-\(id.level)-\(id.index)-\(width)").text
        if isFull { tiles.keep(answer, with: .tile(id)) }
        return answer
    }

    /// Returns an entry bundle, which is compressed once if it is full.
    private func entries(
        _ index: UInt64, _ width: Int, _ exchange: Exchange
    ) throws(Problem) -> Reply {
        let id = TileID(level: 0, index: index)
        guard width <= id.width(in: ledger.readableSize) else { throw .beyondTree }
        let tag = EntityTag("\(instance)-entries-\(index)-\(width)", isWeak: true)
        guard !tag.isKnown(exchange.headers) else {
            return tag.notModified(cache: CacheRule.immutable, vary: Answer.encodingField)
        }
        let name: BundleCache.Name? = width == TileID.width ? .entries(index) : nil
        var reply: Reply
        if let name, exchange.accepted.gzip, let kept = bundles.answer(with: name) {
            reply = kept
        } else {
            let bytes = try stored { try ledger.entryBundle(index: index, width: width) }
            guard let bytes else { throw .beyondTree }
            reply = Answer.compressible(
                bytes, MediaType.bytes, cache: CacheRule.immutable, exchange.accepted,
                keptAt: name.map { bundles.place(of: $0) })
        }
        reply.headers[.eTag] = tag.text
        return reply
    }

    /// Returns a consistency proof, one base64 hash a line.
    func consistency(_ exchange: Exchange) throws(Problem) -> Reply {
        let query = try Query(exchange.query, allowed: ["from", "to"])
        guard let from = try query.number("from") else {
            throw .malformed("from: must be given")
        }
        let to = try query.number("to")
        if to == nil, from > ledger.readableSize {
            throw Problem(.beyondTree(size: ledger.readableSize))
        }
        let path: [Hash]
        do {
            path = try ledger.consistency(from: from, to: to)
        } catch {
            throw Problem(error)
        }
        let lines = path.map { Base64.encode($0.bytes) + "\n" }.joined()
        return Answer.tagged(
            Array(lines.utf8), MediaType.text,
            cache: to == nil ? CacheRule.revalidate : CacheRule.immutable, for: exchange.headers)
    }

    /// Returns the keys of all receipts, retired ones too, as a COSE_KeySet.
    func scittKeys(_ exchange: Exchange) -> Reply {
        let set = CBOR.array(ledger.scittKeys().map(\.keySetMember))
        return Answer.tagged(
            set.encoded(), MediaType.cbor, cache: CacheRule.keys, for: exchange.headers)
    }

    /// Returns one of these keys by the base64url of its kid.
    func scittKey(_ kid: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let bytes = Base64.decodeURL(kid)
        guard let key = ledger.scittKeys().first(where: { $0.thumbprint == bytes }) else {
            throw Problem(
                status: .notFound, title: "No such key", detail: "no receipt key has this kid")
        }
        return Answer.tagged(
            key.keySetMember.encoded(), MediaType.cbor, cache: CacheRule.keys, for: exchange.headers
        )
    }
}

extension Problem {
    /// A tile or a bundle that the newest head does not cover.
    static let beyondTree = notFound("the log does not reach that far")

    /// Creates the problem that says why there is no consistency proof.
    init(_ refusal: ReadRefusal) {
        switch refusal {
        case .malformed(let rule): self = .malformed("consistency: \(rule)")
        case .beyondTree(let size): self = .notFound("the log has \(size) entries")
        case .failed(let error): self = Problem(reading: error)
        }
    }
}
