import Checkpoints
import Encoding
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Merkle
import Provenance

extension LedgerRoutes {
    // MARK: - POST /entries

    /// Takes one statement: 201 with the receipt, 200 where it was there already.
    var statementIntake: Intake {
        Intake(upTo: limits.statementBytes, check: Self.checkHead) {
            [self] bytes, exchange, later in
            let gate = rates.gate(of: exchange)
            let registration = ledger.register(bytes, gate: gate) { [self] decided in
                later { [self] in reply(to: decided.registration(), exchange) }
            }
            return registration.map { reply(to: $0, exchange) }
        }
    }

    /// Checks what the header says of a statement that is sent.
    private static func checkHead(of exchange: Exchange) throws(Problem) {
        let type = exchange.headers[.contentType].map(MediaType.essence)
        guard type == MediaType.cose || type == MediaType.statement else {
            throw .unsupported("content-type: must be \(MediaType.cose) or \(MediaType.statement)")
        }
        guard exchange.headers[.contentEncoding] ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity; gzip is for /batch")
        }
    }

    /// Returns what a client is told about its statement.
    func reply(to registration: Registration, _ exchange: Exchange) -> Reply {
        switch registration {
        case .registered(let id, let receipt): answer(.created, id, receipt)
        case .known(let id, let receipt): answer(.ok, id, receipt)
        case .refused(let refusal, _): Problem(refusal).reply(to: exchange.accepted)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status, _ id: EntryID, _ receipt: [UInt8]
    ) -> Reply {
        var reply = Answer.bytes(
            receipt, MediaType.cose, cache: CacheRule.never, status: status)
        reply.headers[.location] = location(of: id)
        return reply
    }

    /// The path of an entry, always below the origin's.
    func location(of id: EntryID) -> String {
        "\(ledger.origin.path)/entries/\(id)"
    }

    // MARK: - GET /entries/{id}

    /// Returns the newest receipt.
    func receipt(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        guard exchange.accepted.allows(MediaType.cose, MediaType.receipt) else {
            throw .notAcceptable("a receipt is \(MediaType.cose)")
        }
        // Read first: a receipt that is newer than its tag is only fetched again.
        let tag = headTag()
        let receipt = try found(stored { try ledger.receipt(id) })
        let reply = Answer.bytes(receipt, MediaType.cose, cache: CacheRule.revalidate)
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// The tag of what stays the same until the next head is signed; weak, because a head that is
    /// signed again after a crash may have other bytes.
    private func headTag() -> EntityTag {
        EntityTag("\(ledger.head().size)", isWeak: true)
    }

    /// Returns the leaf, which never changes.
    func statement(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        let leaf = try found(stored { try ledger.statement(id) })
        let reply = Answer.bytes(leaf, MediaType.statement, cache: CacheRule.immutable)
        return EntityTag("\(id)").apply(to: reply, for: exchange.headers)
    }

    /// Returns everything known in one file.
    func transparent(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        let file = try found(stored { try ledger.transparent(id) })
        return Answer.tagged(
            file, MediaType.statement, cache: CacheRule.revalidate, for: exchange.headers)
    }

    /// Returns the proof in C2SP's text format.
    func tlogProof(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        let tag = headTag()
        let proof = try found(stored { try ledger.tlogProof(id) })
        let reply = Answer.bytes(proof, MediaType.text, cache: CacheRule.revalidate)
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// Returns the manifest, or what erased it.
    func manifest(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        switch try found(stored { try ledger.manifest(id) }) {
        case .present(let bytes, let digest):
            let reply = Answer.bytes(bytes, MediaType.manifest, cache: CacheRule.revalidate)
            return EntityTag(Hex.encode(digest.bytes).description)
                .apply(to: reply, for: exchange.headers)
        case .erased(let erasure):
            throw .erased(by: erasure, isDone: ledger.isDone(erasure: erasure))
        case .notHere:
            throw .notFound("the entry was put back after a loss, its manifest was not")
        }
    }

    /// Reads an EntryID out of a path.
    private func entryID(_ text: String) throws(Problem) -> EntryID {
        guard let id = EntryID(Text(text)) else {
            throw Problem(
                status: .badRequest, title: "Invalid locator",
                detail: "an EntryID is 43 characters of base64url")
        }
        return id
    }

    private func found<Value>(_ value: Value?) throws(Problem) -> Value {
        guard let value else { throw .notFound("no such entry in this log") }
        return value
    }
}

extension Problem {
    /// Seconds after which erased bytes may have left the last file: a flush and a compaction.
    private static let erasureDelay = 1

    /// A manifest that was erased, and whether its bytes have left the disk.
    static func erased(by erasure: EntryID, isDone: Bool) -> Problem {
        let state =
            isDone
            ? "no file of the ledger has its bytes any more; backups have, until they are rotated"
            : "its bytes are being removed from the ledger's files"
        return Problem(
            status: .gone, title: "Gone",
            detail: "the manifest was erased by entry \(erasure); \(state)",
            retryAfter: isDone ? nil : erasureDelay)
    }
}
