import HTTPTypes
import HummingbirdCore
import NIOCore

/// An answer with its whole body, whoever writes it: the event loop itself, or the framework.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ByteBuffer

    /// Creates an answer that says how long it is.
    init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.headers[.contentLength] = String(body.readableBytes)
    }

    /// Status and fields.
    var head: HTTPResponse { HTTPResponse(status: status, headerFields: headers) }

    /// The same answer to a HEAD request: the fields of the body, without it (RFC 9110 §9.3.2).
    var withoutBody: Reply {
        var reply = self
        reply.body = ByteBuffer()
        return reply
    }

    /// The answer as the framework writes it.
    var response: Response {
        var response = Response(
            status: status, headers: headers,
            body: body.readableBytes == 0 ? ResponseBody() : ResponseBody(byteBuffer: body))
        // The framework would add a length to an answer that has none.
        response.headers = headers
        return response
    }
}
