import HTTPService
import HTTPTypes
import HummingbirdCore

extension LedgerRoutes {
    /// Registers a sequence of statements: 200 at once, then an answer for each as it comes.
    func batch(_ exchange: Exchange, _ body: RequestBody) throws(Problem) -> Response {
        let headers = exchange.headers
        guard headers[.contentType].map(MediaType.essence) == MediaType.cborSequence else {
            throw .unsupported("content-type: must be \(MediaType.cborSequence)")
        }
        let encoding = headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["identity", "gzip", "x-gzip"].contains(encoding) else {
            throw .unsupported("content-encoding: must be gzip or identity")
        }
        if let length = exchange.contentLength, length > UInt64(limits.batchBytes) {
            throw .tooLarge("body: must not exceed \(limits.batchBytes) bytes")
        }
        let isGzip = encoding != "identity"
        guard let room = exchange.roomForBatch(inflates: isGzip) else {
            throw .noRoom
        }
        let answersGzip = exchange.accepted.gzip && room.takeDeflater()
        // Leave to send the body has to come before the answer's head.
        exchange.inviteBody(isCounted: true)
        let batch = BatchExchange(
            ledger: ledger, limits: limits, body: body, gate: rates.gate(of: exchange),
            mayAsk: rates.questions(of: exchange), room: room, isGzip: isGzip,
            answersGzip: answersGzip)
        var answer = HTTPFields()
        answer[.contentType] = MediaType.cborSequence
        answer[.cacheControl] = CacheRule.never
        answer[.vary] = "Accept-Encoding"
        // What the body of such a request may be encoded with (RFC 9110 §12.5.3).
        answer[.acceptEncoding] = "gzip"
        if batch.answersGzip { answer[.contentEncoding] = "gzip" }
        // A batch computes for long: away from the event loop, which others wait for.
        let answers = ResponseBody { writer in
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await batch.run(&writer)
            }
        }
        return Response(status: .ok, headers: answer, body: answers)
    }
}
