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

    /// Returns the whole body.
    func body(upTo limit: Int) async throws(Problem) -> [UInt8] {
        let tooLarge = Problem.tooLarge("body: must not exceed \(limit) bytes")
        let length = request.headers[.contentLength].flatMap { UInt64($0) }
        if let length, length > UInt64(limit) { throw tooLarge }
        invite()
        let cut = Problem.malformed("body: was cut")
        var body: [UInt8] = []
        var iterator = request.body.makeAsyncIterator()
        while true {
            let part: ByteBuffer?
            do {
                part = try await iterator.next()
            } catch {
                throw cut
            }
            guard let part else {
                if let length, length != UInt64(body.count) { throw cut }
                return body
            }
            guard body.count + part.readableBytes <= limit else { throw tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
    }
}

/// The event by which a handler asks the connection for the request's body.
struct BodyIsWanted: Sendable {}
