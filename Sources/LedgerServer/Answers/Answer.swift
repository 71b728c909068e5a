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
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = cache
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
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
    static func compressible(
        _ bytes: [UInt8], _ type: String, cache: String, _ accepted: Accepted
    ) -> Response {
        guard accepted.gzip, bytes.count >= compressionThreshold else {
            var response = Self.bytes(bytes, type, cache: cache)
            response.headers[.vary] = "Accept-Encoding"
            return response
        }
        var response = Self.bytes(GzipDeflater.deflated(bytes), type, cache: cache)
        response.headers[.contentEncoding] = "gzip"
        response.headers[.vary] = "Accept-Encoding"
        return response
    }

    /// Below this many bytes gzip saves less than a packet.
    static let compressionThreshold = 512
}
