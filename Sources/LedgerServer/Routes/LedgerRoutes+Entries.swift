import Checkpoints
import Encoding
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import Merkle
import NIOCore
import Provenance

extension LedgerRoutes {
    // MARK: - POST /entries

    /// Registers one statement: 201 with the receipt, 200 where it was there already.
    func register(_ exchange: Exchange) async throws(Problem) -> Response {
        let type = exchange.request.headers[.contentType].map(MediaType.essence)
        guard type == MediaType.cose || type == MediaType.statement else {
            throw .unsupported("content-type: must be \(MediaType.cose) or \(MediaType.statement)")
        }
        guard exchange.request.headers[.contentEncoding] ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity; gzip is for /batch")
        }
        let body = try await exchange.body(upTo: limits.statementBytes, budget)
        defer { budget.give(back: body.count) }
        let gate = rates.gate(of: exchange)
        guard let registration = await ledger.register([body], gate: gate).first else {
            throw .storage("the ledger gave no answer")
        }
        switch registration {
        case .registered(let id, let receipt): return answer(.created, id, receipt)
        case .known(let id, let receipt): return answer(.ok, id, receipt)
        case .refused(let refusal, _): throw Problem(refusal)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status, _ id: EntryID, _ receipt: [UInt8]
    ) -> Response {
        var response = Answer.bytes(
            receipt, MediaType.cose, cache: CacheRule.never, status: status)
        response.headers[.location] = location(of: id)
        return response
    }

    /// The path of an entry, always below the origin's.
    func location(of id: EntryID) -> String {
        "\(ledger.origin.path)/entries/\(id)"
    }

    // MARK: - GET /entries/{id}

    /// Returns the newest receipt.
    func receipt(of text: String, _ exchange: Exchange) throws(Problem) -> Response {
        let id = try entryID(text)
        guard exchange.accepted.allows(MediaType.cose, MediaType.receipt) else {
            throw .notAcceptable("a receipt is \(MediaType.cose)")
        }
        // Read first: a receipt that is newer than its tag is only fetched again.
        let tag = headTag()
        let receipt = try found(stored { try ledger.receipt(id) })
        let response = Answer.bytes(receipt, MediaType.cose, cache: CacheRule.revalidate)
        return tag.apply(to: response, for: exchange.request.headers)
    }

    /// The tag of what stays the same until the next head is signed; weak, because a head that is
    /// signed again after a crash may have other bytes.
    private func headTag() -> EntityTag {
        EntityTag("\(ledger.head().size)", isWeak: true)
    }

    /// Returns the leaf, which never changes.
    func statement(of text: String, _ exchange: Exchange) throws(Problem) -> Response {
        let id = try entryID(text)
        let leaf = try found(stored { try ledger.statement(id) })
        let response = Answer.bytes(leaf, MediaType.statement, cache: CacheRule.immutable)
        return EntityTag("\(id)").apply(to: response, for: exchange.request.headers)
    }

    /// Returns everything known in one file.
    func transparent(of text: String, _ exchange: Exchange) throws(Problem) -> Response {
        let id = try entryID(text)
        let file = try found(stored { try ledger.transparent(id) })
        return Answer.tagged(file, MediaType.statement, cache: CacheRule.revalidate, exchange)
    }

    /// Returns the proof in C2SP's text format.
    func tlogProof(of text: String, _ exchange: Exchange) throws(Problem) -> Response {
        let id = try entryID(text)
        let tag = headTag()
        let proof = try found(stored { try ledger.tlogProof(id) })
        let response = Answer.bytes(proof, MediaType.text, cache: CacheRule.revalidate)
        return tag.apply(to: response, for: exchange.request.headers)
    }

    /// Returns the manifest, or what erased it.
    func manifest(of text: String, _ exchange: Exchange) throws(Problem) -> Response {
        let id = try entryID(text)
        switch try found(stored { try ledger.manifest(id) }) {
        case .present(let bytes, let digest):
            let response = Answer.bytes(bytes, MediaType.manifest, cache: CacheRule.revalidate)
            return EntityTag(Hex.encode(digest.bytes).description)
                .apply(to: response, for: exchange.request.headers)
        case .erased(let erasure):
            throw Problem(
                status: .gone, title: "Gone",
                detail: "the manifest was erased by entry \(erasure)")
        case .notHere:
            throw .notFound("the entry was put back after a loss, its manifest was not")
        }
    }

    /// Reads an EntryID out of a path.
    private func entryID(_ text: String) throws(Problem) -> EntryID {
        guard let id = EntryID(Text(text)) else {
            throw Problem(
                status: .badRequest, title: "Invalid locator",
                detail: "an entry id is 43 characters of base64url")
        }
        return id
    }

    private func found<Value>(_ value: Value?) throws(Problem) -> Value {
        guard let value else { throw .notFound("no such entry in this log") }
        return value
    }
}
