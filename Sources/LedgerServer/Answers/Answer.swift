import Compression
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The answers that have a body and no surprise.
enum Answer {
    /// Returns 200 with these bytes.
    static func bytes(
        _ bytes: [UInt8], _ type: String, cache: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        buffer(ByteBuffer(bytes: bytes), type, cache: cache, status: status)
    }

    /// Returns 200 with these bytes.
    static func buffer(
        _ bytes: ByteBuffer, _ type: String, cache: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        var headers = HTTPFields()
        headers.reserveCapacity(fieldCount)
        headers[.contentType] = type
        headers[.cacheControl] = cache
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    /// Returns 200 with these bytes and their own tag, or 304 where the client has them.
    static func tagged(
        _ bytes: [UInt8], _ type: String, cache: String, _ exchange: Exchange
    ) -> Response {
        EntityTag(of: bytes).apply(
            to: Self.bytes(bytes, type, cache: cache), for: exchange.request.headers)
    }

    /// Returns 200 with this text.
    static func text(_ text: String, _ type: String = MediaType.text, cache: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = cache
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Returns 200 with bytes that are worth compressing, gzip-encoded where accepted.
    ///
    /// With a `name`, what is compressed is kept in `bundles`.
    static func compressible(
        _ bytes: [UInt8], _ type: String, cache: String, _ accepted: Accepted,
        keptAs name: BundleCache.Name? = nil, in bundles: BundleCache? = nil
    ) -> Response {
        guard accepted.gzip, bytes.count >= compressionThreshold else {
            var response = Self.bytes(bytes, type, cache: cache)
            response.headers[.vary] = encodingField
            return response
        }
        if let name, let kept = bundles?.bytes(of: name) {
            return compressed(kept, type, cache: cache)
        }
        // What is kept is sent often, and worth the time.
        let level: GzipLevel = name == nil ? .fast : .balanced
        let made = ByteBuffer(bytes: GzipDeflater.deflated(bytes, level: level))
        if let name { bundles?.keep(made, of: name) }
        return compressed(made, type, cache: cache)
    }

    /// Returns 200 with bytes that gzip has made.
    static func compressed(_ bytes: ByteBuffer, _ type: String, cache: String) -> Response {
        var response = buffer(bytes, type, cache: cache)
        response.headers[.contentEncoding] = "gzip"
        response.headers[.vary] = encodingField
        return response
    }

    /// What `Vary` names where an answer may be compressed.
    static let encodingField = "Accept-Encoding"

    /// Fields of most answers: type, cache, length, tag and the date, which the server adds.
    private static let fieldCount = 6

    /// Below this many bytes gzip saves less than a packet.
    static let compressionThreshold = 512
}
