import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Turns NIO's parts of HTTP/1 requests into those that HTTP/1.1 and HTTP/2 have in common, and
/// such parts of answers into bytes.
///
/// The peculiarities of HTTP/1 end here: `Host` is checked (RFC 9112 §3.2), a request's target is
/// brought into one form, and what it says of the connection is in ``newest``. How an answer is
/// framed is the ``ConnectionGuard``'s to say.
final class HTTP1Codec: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

    /// The form of the request whose head was passed on last.
    private(set) var newest = RequestForm()

    /// The host of the newest request: it was looked at, and hardly ever changes.
    private var knownHost: String?

    /// Bytes of a host that is remembered: no name of DNS with its port has more.
    private static let knownHostBytes = 262

    /// What is written and not passed on yet.
    private var answer = AnswerBytes()

    /// The request is none: nothing of it is passed on, and nothing behind it.
    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            do throws(MalformedRequest) {
                let (request, form) = try request(head)
                newest = form
                context.fireChannelRead(wrapInboundOut(.head(request)))
            } catch {
                isRefused = true
                context.fireErrorCaught(error)
            }
        case .body(let bytes):
            context.fireChannelRead(wrapInboundOut(.body(bytes)))
        case .end:
            // Nobody reads trailers.
            context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
    }

    // MARK: - Answers

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch unwrapOutboundIn(data) {
        case .head(let head): answer.add(head, context.channel.allocator)
        case .body(let bytes):
            guard !answer.add(bytes) else { break }
            passOn(context, nil)
            context.write(wrapOutboundOut(bytes), promise: promise)
            return answer.endChunk()
        case .end:
            answer.addEnd()
            return passOn(context, promise)
        }
        // It is out when the bytes are that it is among.
        if let promise { passOn(context, promise) }
    }

    func flush(context: ChannelHandlerContext) {
        passOn(context, nil)
        context.flush()
    }

    /// Passes on what is gathered; where that is nothing, only who waits for it.
    private func passOn(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard let bytes = answer.take() ?? promise.map({ _ in ByteBuffer() }) else { return }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    // MARK: - Requests

    private func request(
        _ head: HTTPRequestHead
    ) throws(MalformedRequest) -> (HTTPRequest, RequestForm) {
        guard let method = HTTPRequest.Method(head.method.rawValue) else {
            throw MalformedRequest("method: must be a token")
        }
        var form = RequestForm(isOld: head.version.minor == 0, isHead: method == .head)
        form.isLast = form.isOld || method == .connect || !head.isKeepAlive
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        var host: String?
        for (name, value) in head.headers {
            // The decoder takes no name that is not a token.
            guard let name = HTTPField.Name(name) else { continue }
            switch name {
            case .host where host != nil: throw .host("must be given once")
            case .host: host = value
            case .connection, .keepAlive: break
            // The decoder reads nothing behind a request for another protocol.
            case .upgrade: form.isLast = true
            // What the decoder would hand over is still coded (RFC 9112 §6.1).
            case .transferEncoding where value.lowercased() != "chunked":
                throw MalformedRequest("transfer-encoding: must be chunked, and nothing else")
            default: fields.append(HTTPField(name: name, value: value))
            }
        }
        let expectation = form.isOld ? nil : fields.text(of: .expect)
        form.expectsContinue = expectation?.lowercased() == "100-continue"
        // Who checks only whether we are there may know no name of ours.
        guard let host = host ?? (form.isOld ? "" : nil) else { throw .host("must be given") }
        // Byte for byte: texts of other bytes may be equal, such as U+212A and "K".
        if knownHost.map({ $0.utf8.elementsEqual(host.utf8) }) != true {
            guard Authority.isValid(host) else { throw .host("must be a host, and perhaps a port") }
            knownHost = host.utf8.count <= Self.knownHostBytes ? host : nil
        }
        let target = try RequestTarget(head.uri, method)
        let request = HTTPRequest(
            method: method, scheme: "http", authority: target.authority ?? host,
            path: target.path, headerFields: fields)
        return (request, form)
    }
}

extension HTTPField.Name {
    /// `Host` (RFC 9110 §7.2).
    static let host = Self("Host") ?? .via

    /// `Keep-Alive`, which only HTTP/1.0 knew.
    fileprivate static let keepAlive = Self("Keep-Alive") ?? .via
}
