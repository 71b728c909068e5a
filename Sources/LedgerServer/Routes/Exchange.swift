import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// One request, with what answering it needs to know.
struct Exchange: Sendable {
    let request: Request
    let channel: any Channel
    let accepted: Accepted

    init(_ request: Request, _ channel: any Channel) {
        self.request = request
        self.channel = channel
        accepted = Accepted(request.headers)
    }

    /// Tells a client that waits for leave to send its body (RFC 9110 §10.1.1) to go on.
    ///
    /// Called where the body is read, so a request that is refused by its header alone costs
    /// nobody its body.
    func invite() {
        guard request.headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil)
    }

    /// Returns the whole body, whose room in `budget` the caller gives back.
    func body(upTo limit: Int, _ budget: BodyBudget) async throws(Problem) -> [UInt8] {
        let tooLarge = Problem.tooLarge("body: must not exceed \(limit) bytes")
        let length = request.headers[.contentLength].flatMap { UInt64($0) }
        if let length, length > UInt64(limit) { throw tooLarge }
        invite()
        var body: [UInt8] = []
        do throws(Problem) {
            var iterator = request.body.makeAsyncIterator()
            while let part = try await next(&iterator) {
                guard body.count + part.readableBytes <= limit else { throw tooLarge }
                guard budget.take(part.readableBytes) else { throw .noRoom }
                body.append(contentsOf: part.readableBytesView)
            }
            if let length, length != UInt64(body.count) { throw .cut }
            return body
        } catch {
            budget.give(back: body.count)
            throw error
        }
    }

    private func next(
        _ iterator: inout RequestBody.AsyncIterator
    ) async throws(Problem) -> ByteBuffer? {
        do {
            return try await iterator.next()
        } catch {
            throw .cut
        }
    }
}

extension Problem {
    /// The body ended before its end.
    fileprivate static let cut = malformed("body: was cut")

    /// The bodies of other requests take all the memory there is for bodies.
    fileprivate static let noRoom = Problem(
        status: .serviceUnavailable, title: "Service Unavailable",
        detail: "the ledger has too many requests; send it again later",
        retryAfter: busyDelay)
}

/// The event by which a handler asks the connection for the request's body.
struct BodyIsWanted: Sendable {}
