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

    /// Takes one statement: 201 with the receipt, 200 where it was there already, 202 where no head
    /// that covers it has met the required quorum in time.
    var statementIntake: Intake {
        Intake(upTo: limits.statementBytes, check: Self.checkHead) {
            [self] bytes, exchange, later in
            let statement = LoneStatement(bytes, gate: rates.gate(of: exchange)) {
                [self] decided in
                ledger.whenPublished(decided) { [self] in
                    later { [self] in
                        reply(to: ledger.published(decided.registration()), exchange)
                    }
                }
            }
            arrivals.add(statement, on: exchange.loop)
            return nil
        }
    }

    /// Checks what the header says of a statement that is sent.
    private static func checkHead(of exchange: Exchange) throws(Problem) {
        let type = exchange.headers.text(of: .contentType).map(MediaType.essence)
        guard type == MediaType.cose || type == MediaType.statement else {
            throw .unsupported("content-type: must be \(MediaType.cose) or \(MediaType.statement)")
        }
        guard exchange.headers.text(of: .contentEncoding) ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity; gzip is for /batch")
        }
    }

    /// Returns what a client is told about its statement.
    func reply(to registration: Registration, _ exchange: Exchange) -> Reply {
        switch registration {
        case .registered(let id, let receipt): answer(.created, id, receipt)
        case .known(let id, let receipt): answer(.ok, id, receipt)
        case .unpublished(let id, _, _): accepted(id)
        case .refused(let refusal, _): Problem(refusal).reply(to: exchange.accepted)
        }
    }

    /// It is durable, and has no receipt that may be given out yet.
    private func accepted(_ id: EntryID) -> Reply {
        var reply = unpublished(.accepted)
        reply.headers[.location] = location(of: id)
        return reply
    }

    /// There is nothing to give out yet.
    private func unpublished(_ status: HTTPResponse.Status) -> Reply {
        var reply = Reply(status: status)
        // An answer without content has no length either (RFC 9110 §8.6).
        if status == .noContent { reply.headers[.contentLength] = nil }
        reply.headers[.cacheControl] = CacheRule.never
        reply.headers[.retryAfter] = String(Problem.quorumDelay)
        return reply
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
        return try published(id) {
            try ledger.issuedReceipt(id)
        } as: { receipt in
            Self.issued(receipt, MediaType.cose, exchange)
        }
    }

    /// Returns what is read of an entry; 204 where it is not published yet.
    ///
    /// While the ledger is not ready nothing says that this copy has all entries, so nothing is
    /// said to be missing.
    private func published<Value>(
        _ id: EntryID, _ read: () throws -> Value?,
        as answer: (Value) throws(Problem) -> Reply
    ) throws(Problem) -> Reply {
        if let value = try stored(read) { return try answer(value) }
        if try stored({ try ledger.isUnpublished(id) }) { return unpublished(.noContent) }
        // It may have been published between the two looks.
        guard let value = try stored(read) else {
            guard let reason = ledger.readiness else {
                throw .notFound("no such entry in this log")
            }
            throw .storage("the entry may be missing here: \(reason)", ledger.remedy ?? .wait)
        }
        return try answer(value)
    }

    /// The answer with a proof; its tag names the head, and how many lines its note has.
    ///
    /// It is weak, because a head that is signed again after a crash may have other bytes.
    private static func issued(
        _ receipt: IssuedReceipt, _ type: String, _ exchange: Exchange
    ) -> Reply {
        let tag = EntityTag("\(receipt.size)-\(receipt.noteByteCount)", isWeak: true)
        let reply = Answer.bytes(receipt.bytes, type, cache: CacheRule.revalidate)
        return tag.apply(to: reply, for: exchange.headers)
    }

    /// Returns the leaf, which never changes.
    func statement(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        return try published(id) {
            try ledger.statement(id)
        } as: { leaf in
            let reply = Answer.bytes(leaf, MediaType.statement, cache: CacheRule.immutable)
            return EntityTag("\(id)").apply(to: reply, for: exchange.headers)
        }
    }

    /// Returns everything known in one file, and how often there may be more.
    func transparent(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        return try published(id) {
            try ledger.transparent(id)
        } as: { file in
            var reply = Answer.tagged(
                file, MediaType.statement, cache: CacheRule.revalidate, for: exchange.headers)
            if let field = intervals.field { reply.headers[.evidenceInterval] = field }
            return reply
        }
    }

    /// Returns the proof in C2SP's text format.
    func tlogProof(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        return try published(id) {
            try ledger.issuedTLogProof(id)
        } as: { proof in
            Self.issued(proof, MediaType.text, exchange)
        }
    }

    /// Returns the manifest, or what erased it.
    func manifest(of text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        return try published(id) {
            try ledger.manifest(id)
        } as: { lookup throws(Problem) in
            try manifest(lookup, exchange)
        }
    }

    private func manifest(
        _ lookup: ManifestLookup, _ exchange: Exchange
    ) throws(Problem) -> Reply {
        switch lookup {
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

}

extension HTTPField.Name {
    /// How often others are asked about heads (http.md §15).
    fileprivate static let evidenceInterval: HTTPField.Name = {
        guard let name = HTTPField.Name("Evidence-Interval") else {
            preconditionFailure("a name of letters and a hyphen is one")
        }
        return name
    }()
}

extension Problem {
    /// Seconds after which erased bytes may have left the last file: a flush and a compaction.
    private static let erasureDelay = 1

    /// Seconds after which a quorum may have been met: a round of witnesses takes less.
    static let quorumDelay = 1

    /// No head may be seen yet.
    static func unmetQuorum(_ reason: String) -> Problem {
        Problem(
            status: .serviceUnavailable, title: "Service Unavailable", detail: reason,
            retryAfter: quorumDelay)
    }

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
