import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

extension LedgerRoutes {
    /// Registers a sequence of statements: 200 at once, then an answer for each as it comes.
    func batch(_ exchange: Exchange) async throws(Problem) -> Response {
        let headers = exchange.request.headers
        guard headers[.contentType].map(MediaType.essence) == MediaType.cborSequence else {
            throw .unsupported("content-type: must be \(MediaType.cborSequence)")
        }
        let encoding = headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["identity", "gzip", "x-gzip"].contains(encoding) else {
            throw .unsupported("content-encoding: must be gzip or identity")
        }
        if let length = headers[.contentLength].flatMap({ UInt64($0) }),
            length > UInt64(limits.batchBytes)
        {
            throw .tooLarge("body: must not exceed \(limits.batchBytes) bytes")
        }
        // Leave to send the body has to come before the answer's head.
        exchange.invite()
        let batch = BatchExchange(
            ledger: ledger, limits: limits, exchange: exchange,
            gate: rates.gate(of: exchange), isGzip: encoding != "identity")
        var answer = HTTPFields()
        answer[.contentType] = MediaType.cborSequence
        answer[.cacheControl] = CacheRule.never
        answer[.vary] = "Accept-Encoding"
        if exchange.accepted.gzip { answer[.contentEncoding] = "gzip" }
        // A batch computes for long: away from the event loop, which others wait for.
        let body = ResponseBody { writer in
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await batch.run(&writer)
            }
        }
        return Response(status: .ok, headers: answer, body: body)
    }
}
