import HTTPService
import Checkpoints
import Encoding
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import LedgerStore
import Merkle
import NIOCore
import Provenance

extension LedgerRoutes {
    // MARK: - POST /entries

    /// Registers one statement: 201 with the receipt, 200 where it was there already.
    func register(
        _ exchange: Exchange, _ body: RequestBody
    ) async throws(Problem) -> Reply {
        try checkStatement(exchange)
        exchange.peer.inviteBody(of: exchange.headers)
        var room: Room?
        let bytes = try await statement(in: body, exchange, &room)
        let gate = rates.gate(of: exchange)
        guard let registration = await ledger.register([bytes], gate: gate).first else {
            throw .storage("the ledger gave no answer")
        }
        withExtendedLifetime(room) {}
        return reply(to: registration, exchange)
    }

    /// Registers one statement without a task that waits; see ``Ledger/register(_:gate:decided:)``.
    func register(
        _ statement: [UInt8], _ exchange: Exchange,
        decided: @escaping @Sendable (DecidedRegistration) -> Void
    ) -> Registration? {
        ledger.register(statement, gate: rates.gate(of: exchange), decided: decided)
    }

    /// Checks what the header says of a statement that is sent.
    func checkStatement(_ exchange: Exchange) throws(Problem) {
        let type = exchange.headers[.contentType].map(MediaType.essence)
        guard type == MediaType.cose || type == MediaType.statement else {
            throw .unsupported("content-type: must be \(MediaType.cose) or \(MediaType.statement)")
        }
        guard exchange.headers[.contentEncoding] ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity; gzip is for /batch")
        }
        if let length = exchange.contentLength, length > UInt64(limits.statementBytes) {
            throw .statementTooLarge(limits)
        }
    }

    /// Takes room for the next bytes of a statement, of which `count` have come; nil before the
    /// first.
    func takeRoom(
        for bytes: Int, after count: Int, in room: inout Room?, _ exchange: Exchange
    ) throws(Problem) {
        guard count + bytes <= limits.statementBytes else { throw .statementTooLarge(limits) }
        if let room {
            guard room.take(bytes) else { throw .noRoom }
        } else {
            let client = clients.client(behind: exchange.peer, exchange.headers)
            room = Room(bytes, in: memory, of: client, for: .statement)
            guard room != nil else { throw .noRoom }
        }
    }

    /// Returns the whole body, and the room that it takes.
    private func statement(
        in body: RequestBody, _ exchange: Exchange, _ room: inout Room?
    ) async throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        var parts = body.makeAsyncIterator()
        while let part = try await next(&parts) {
            try takeRoom(for: part.readableBytes, after: bytes.count, in: &room, exchange)
            bytes.append(contentsOf: part.readableBytesView)
        }
        if let length = exchange.contentLength, length != UInt64(bytes.count) { throw .cut }
        return bytes
    }

    private func next(
        _ parts: inout RequestBody.AsyncIterator
    ) async throws(Problem) -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw .cut
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

    /// The body ended before its end.
    static let cut = malformed("body: was cut")

    /// The bodies of other requests take all the memory there is for bodies.
    static let noRoom = Problem(
        status: .serviceUnavailable, title: "Service Unavailable",
        detail: "the ledger has too many requests; send it again later",
        retryAfter: busyDelay)

    fileprivate static func statementTooLarge(_ limits: ServerLimits) -> Problem {
        .tooLarge("body: must not exceed \(limits.statementBytes) bytes")
    }
}
