import Encoding
import HTTPService
import HTTPTypes
import IndexMap
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance

/// The index: its newest head, and proofs by it (http.md §10).
extension LedgerRoutes {
    /// Entries of a list that one answer shows, where the client names no number, and at most.
    private static let shownEntries: (usual: UInt64, most: UInt64) = (256, 4096)

    /// Returns the newest index head, with its newest receipt.
    func indexHead(_ exchange: Exchange) throws(Problem) -> Reply {
        guard let head = try stored({ try ledger.indexHead() }) else { throw noIndexHead }
        let reply = Answer.bytes(head.encoded(), MediaType.cose, cache: CacheRule.revalidate)
        return EntityTag("\(head.head.id)", isWeak: true).apply(to: reply, for: exchange.headers)
    }

    /// Returns the proof which entries have a name, or that none has.
    func complete(_ exchange: Exchange) throws(Problem) -> Reply {
        let query = try Query(
            exchange.query,
            allowed: ["sha256", "sub", "iss", "title", "serial", "from", "limit"])
        let name = try Self.name(query)
        let limit = try query.number("limit") ?? Self.shownEntries.usual
        guard limit > 0 else { throw .malformed("limit: must be at least 1") }
        let from = try query.number("from") ?? 0
        let (end, overflow) = from.addingReportingOverflow(min(limit, Self.shownEntries.most))
        guard try stored({ try ledger.hasIndexHead }) || ledger.hasIndexStopped else {
            throw noIndexHead
        }
        guard ledger.indexPhase != .off else {
            throw .notFound("this ledger makes no proofs now; GET /index has its newest head")
        }
        let positions = from..<(overflow ? .max : end)
        let proof = try stored { try ledger.complete([name], positions: positions) }
        guard let proof else {
            // Its head is logged, and no checkpoint that anyone may see covers it.
            var reply = Reply(status: .noContent)
            reply.headers[.contentLength] = nil
            reply.headers[.cacheControl] = CacheRule.never
            reply.headers[.retryAfter] = String(Problem.quorumDelay)
            return reply
        }
        return Answer.tagged(
            proof.encoded(), MediaType.complete, cache: CacheRule.revalidate,
            for: exchange.headers)
    }

    private var noIndexHead: Problem {
        .notFound("this ledger has no index head (yet)")
    }

    /// The name that is asked for: one of four kinds.
    private static func name(_ query: Query) throws(Problem) -> IndexName {
        let kinds = ["sha256", "sub", "iss", "title"].filter { query[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let value = query[kind] else {
            throw .malformed("query: must have one of sha256, sub, iss and title")
        }
        guard kind == "title" || query["serial"] == nil else {
            throw .malformed("serial: belongs to title")
        }
        let serial = try query.number("serial")
        do throws(IndexNameError) {
            switch kind {
            case "sub": return try .sub(Text(value))
            case "iss": return try .iss(Text(value))
            case "title": return try .title(drop: Text(value), serial: serial ?? 0)
            default: break
            }
        } catch {
            throw .malformed("\(kind): \(error)")
        }
        guard let digest = Hex.decode(value).flatMap({ Hash($0) }) else {
            throw .malformed("sha256: must be 64 lower-case hexadecimal digits")
        }
        return .artifact(digest)
    }
}
