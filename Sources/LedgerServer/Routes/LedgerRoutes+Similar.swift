import Encoding
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Manifests
import Similarity

extension LedgerRoutes {
    /// Answers which entries look like a picture, whose hashes alone are sent (http.md §17).
    var similarIntake: Intake {
        Intake(upTo: SimilarityLimit.searchBytes, check: checkSearch) {
            [self] bytes, exchange, later in
            do throws(Problem) {
                try search(bytes, exchange, later)
                return nil
            } catch {
                return reply(to: error, exchange)
            }
        }
    }

    /// Checks what the header says of a search.
    private func checkSearch(_ exchange: Exchange) throws(Problem) {
        guard similar != nil else { throw .notImplemented(Self.noIndex) }
        guard exchange.headers[.contentType].map(MediaType.essence) == MediaType.json else {
            throw .unsupported("content-type: must be \(MediaType.json)")
        }
        guard exchange.headers[.contentEncoding] ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity")
        }
    }

    private static let noIndex =
        "this ledger has no search by likeness; its operator turns it on by --similar on"

    private func search(
        _ bytes: [UInt8], _ exchange: Exchange, _ later: @escaping Intake.Later
    ) throws(Problem) {
        guard let similar else { throw .notImplemented(Self.noIndex) }
        let query: LikenessQuery
        do throws(LikenessQueryError) {
            query = try LikenessQuery(json: bytes)
        } catch {
            throw .malformed("\(error)")
        }
        do throws(SimilarityError) {
            try similar.search(query, for: exchange.address?.network) { [self] result in
                later { [self] in
                    switch result {
                    case .success(let answer): reply(answer)
                    case .failure(let error): reply(to: Problem(error), exchange)
                    }
                }
            }
        } catch {
            throw Problem(error)
        }
    }

    private func reply(_ answer: SimilarEntries.Answer) -> Reply {
        let object: JSON = [
            "covered": .integer(Int64(answer.covered)),
            "entries": .integer(Int64(answer.entries)),
            "loading": .bool(answer.isLoading),
            "warning": .string(LikenessWords.warning),
            "table": likenessTable.map { .string(Text($0)) } ?? .null,
            "hits": .array(answer.hits.map(hit)),
            "more": .bool(answer.hasMore),
            "next": answer.next.map { .string(Text("\($0)")) } ?? .null,
        ]
        return Answer.bytes(object.encoded(), MediaType.json, cache: CacheRule.never)
    }

    private func hit(_ hit: SimilarEntries.Answer.Hit) -> JSON {
        let entry = hit.shown
        return [
            "index": .integer(Int64(hit.row.entry)),
            "entry": .string(Text("\(entry.id)")),
            "location": .string(Text(location(of: entry.id))),
            "distance": .integer(Int64(hit.row.distance)),
            "orientation": .integer(Int64(hit.row.orientation)),
            "band": LikenessBand(distance: hit.row.distance).map { .string(Text($0.rawValue)) }
                ?? .null,
            "title": entry.title.map { .string($0) } ?? .null,
            "issuer": .string(entry.issuer),
        ]
    }
}

extension Problem {
    /// Why a search has no answer.
    fileprivate init(_ error: SimilarityError) {
        self =
            switch error {
            case .busy:
                Problem(
                    status: .tooManyRequests, title: "Too Many Requests",
                    detail: "too many searches wait; send it again later",
                    retryAfter: Self.rateDelay)
            case .closed: .storage("the server stops", .wait)
            case .unreadable(let reason): .storage("the store could not be read: \(reason)")
            case .unwritable: .storage("\(error)")
            }
    }
}
