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

    /// Has work done once, on a thread that may block.
    package typealias Place = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// The answer as the framework writes it, in pieces of so many bytes; `room` is kept until the
    /// last of them is taken.
    ///
    /// - Parameter place: where what follows the body is made.
    package func response(
        pieceBytes: Int = .max, room: Room? = nil, madeAt place: Place? = nil
    ) -> Response {
        var response = Response(
            status: status, headers: headers, body: responseBody(pieceBytes, room, place))
        // The framework would add a length to an answer that has none.
        response.headers = headers
        return response
    }

    private func responseBody(
        _ pieceBytes: Int, _ room: Room?, _ place: Place?
    ) -> ResponseBody {
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
            var pieces = rest
            while let some = pieces {
                let made = try await Self.next(of: some, pieceBytes, at: place)
                pieces = made.rest
                if let piece = made.piece { try await writer.write(ByteBuffer(bytes: piece)) }
            }
            try await writer.finish(nil)
            withExtendedLifetime(room) {}
        }
    }

    /// Makes the next piece of an answer at `place`, for reading and compressing take long, or
    /// here; returns it with what makes the others, or neither at the end.
    private static func next(
        of pieces: any AnswerPieces, _ byteLimit: Int, at place: Place?
    ) async throws -> (piece: [UInt8]?, rest: (any AnswerPieces)?) {
        @Sendable func make() throws -> (piece: [UInt8]?, rest: (any AnswerPieces)?) {
            var pieces = pieces
            let piece = try pieces.next(byteLimit: byteLimit)
            return (piece, piece == nil ? nil : pieces)
        }
        guard let place else { return try make() }
        return try await withCheckedThrowingContinuation { continuation in
            place { continuation.resume(with: Result { try make() }) }
        }
    }
}
