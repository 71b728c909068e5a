import Compression
package import HTTPTypes
package import NIOCore

/// Where one compressed answer is kept for all who ask for the same.
package protocol AnswerPlace {
    /// The answer, where it is kept.
    var kept: Reply? { get }

    /// Keeps the answer.
    func keep(_ answer: Reply)
}

/// The answers that have a body and no surprise.
package enum Answer {
    /// Returns 200 with these bytes.
    package static func bytes(
        _ bytes: [UInt8], _ type: String, cache: String, status: HTTPResponse.Status = .ok
    ) -> Reply {
        buffer(ByteBuffer(bytes: bytes), type, cache: cache, status: status)
    }

    /// Returns 200 with these bytes.
    package static func buffer(
        _ bytes: ByteBuffer, _ type: String, cache: String, status: HTTPResponse.Status = .ok
    ) -> Reply {
        var headers = HTTPFields()
        headers.reserveCapacity(fieldCount)
        headers[.contentType] = type
        headers[.cacheControl] = cache
        return Reply(status: status, headers: headers, body: bytes)
    }

    /// Returns 200 with these bytes and their own tag, or 304 where the client has them.
    package static func tagged(
        _ bytes: [UInt8], _ type: String, cache: String, for headers: HTTPFields
    ) -> Reply {
        EntityTag(of: bytes).apply(
            to: Self.bytes(bytes, type, cache: cache), for: headers)
    }

    /// Returns 200 with this text.
    package static func text(_ text: String, _ type: String = MediaType.text, cache: String)
        -> Reply
    {
        buffer(ByteBuffer(string: text), type, cache: cache)
    }

    /// Returns 200 with bytes that are worth compressing, gzip-encoded where accepted.
    ///
    /// With a `place`, what is compressed is kept there.
    package static func compressible(
        _ bytes: [UInt8], _ type: String, cache: String, _ accepted: Accepted,
        keptAt place: (any AnswerPlace)? = nil
    ) -> Reply {
        guard accepted.gzip, bytes.count >= compressionThreshold else {
            var reply = Self.bytes(bytes, type, cache: cache)
            reply.headers[.vary] = encodingField
            return reply
        }
        if let kept = place?.kept { return kept }
        // Kept bytes are sent often, and worth the time.
        let level: GzipLevel = place == nil ? .fast : .balanced
        var made = Self.bytes(
            GzipDeflater.deflated(bytes, level: level), type, cache: cache)
        made.headers[.contentEncoding] = "gzip"
        made.headers[.vary] = encodingField
        place?.keep(made)
        return made
    }

    /// Returns 200 with what `pieces` make, the first `byteLimit` bytes of it at once: where that
    /// is all, as ``compressible(_:_:cache:_:keptAt:)`` does it, else while it is sent.
    package static func compressible(
        _ pieces: some AnswerPieces, upTo byteLimit: Int, _ type: String, cache: String,
        _ accepted: Accepted, keptAt place: (any AnswerPlace)? = nil
    ) throws -> Reply {
        if let place, accepted.gzip, let kept = place.kept { return kept }
        var pieces = pieces
        let first = try pieces.next(byteLimit: byteLimit) ?? []
        guard first.count >= byteLimit else {
            return compressible(first, type, cache: cache, accepted, keptAt: place)
        }
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = cache
        headers[.vary] = encodingField
        guard accepted.gzip else {
            return Reply(
                status: .ok, headers: headers, body: ByteBuffer(bytes: first), rest: pieces)
        }
        headers[.contentEncoding] = "gzip"
        var deflater = GzipDeflater()
        let body = ByteBuffer(bytes: deflater.deflate(first))
        return Reply(
            status: .ok, headers: headers, body: body, rest: DeflatedPieces(pieces, deflater))
    }

    /// What `Vary` names where an answer may be compressed.
    package static let encodingField = "Accept-Encoding"

    /// Fields of most answers: type, cache, length, tag and the date, which the server adds.
    private static let fieldCount = 6

    /// Below this many bytes gzip saves less than a packet.
    package static let compressionThreshold = 512
}
