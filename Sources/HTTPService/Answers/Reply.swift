package import HTTPTypes
package import HummingbirdCore
package import NIOCore

/// An answer, for both writers: the event loop itself and the framework.
///
/// It has its whole body, or the first of it and what makes the rest while it is sent.
package struct Reply: Sendable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: ByteBuffer

    /// What follows the body; where there is anything, the answer does not say how long it is.
    package private(set) var rest: (any AnswerPieces)?

    /// Creates an answer that says how long it is.
    package init(
        status: HTTPResponse.Status, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.headers[.contentLength] = String(body.readableBytes)
    }

    /// Creates an answer whose body goes on, in pieces that are made as the client takes them.
    package init(
        status: HTTPResponse.Status, headers: HTTPFields, body: ByteBuffer,
        rest: any AnswerPieces
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.rest = rest
    }

    /// Status and fields.
    package var head: HTTPResponse { HTTPResponse(status: status, headerFields: headers) }

    /// The same answer to a HEAD request: the fields of the body, without it (RFC 9110 §9.3.2).
    package var withoutBody: Reply {
        var reply = self
        reply.body = ByteBuffer()
        reply.rest = nil
        return reply
    }

    /// The answer as the framework writes it, in pieces of so many bytes; `room` is kept until the
    /// last of them is taken.
    package func response(pieceBytes: Int = .max, room: Room? = nil) -> Response {
        var response = Response(
            status: status, headers: headers, body: responseBody(pieceBytes, room))
        // The framework would add a length to an answer that has none.
        response.headers = headers
        return response
    }

    private func responseBody(_ pieceBytes: Int, _ room: Room?) -> ResponseBody {
        guard body.readableBytes > pieceBytes || rest != nil || room != nil else {
            return body.readableBytes == 0 ? ResponseBody() : ResponseBody(byteBuffer: body)
        }
        let (body, rest) = (body, rest)
        return ResponseBody { writer in
            var left = body
            while let piece = left.readSlice(length: min(pieceBytes, left.readableBytes)),
                piece.readableBytes > 0
            {
                try await writer.write(piece)
            }
            if var rest {
                // Reading and compressing take long: away from the event loop.
                try await withTaskExecutorPreference(globalConcurrentExecutor) {
                    while let piece = try rest.next(byteLimit: pieceBytes) {
                        try await writer.write(ByteBuffer(bytes: piece))
                    }
                }
            }
            try await writer.finish(nil)
            withExtendedLifetime(room) {}
        }
    }
}
