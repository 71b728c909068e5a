import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOSSL

/// Holds one connection to the limits on time, answers `Expect`, and ends it in an orderly way.
///
/// Sits between the HTTP decoder and the server. It does this itself:
/// - reads little at a time, and much while a long body comes whose room is counted;
/// - drops what a client sends ahead beyond a limit, or behind its last request;
/// - answers bytes that are no HTTP, and headers that are too large, with a problem;
/// - sends `100 Continue` when the body is wanted (``BodyIsWanted``);
/// - frames answers as their clients can read them;
/// - closes where a header, a body, an answer or a shutdown takes too long;
/// - ends the connection behind its last answer, whichever side ends it: closing at once would lose
///   unsent bytes, and a reset would lose sent ones (RFC 9112 §9.6).
///
/// An HTTP/2 stream is held to the same limits, with one request and an end of its own: it is
/// reset where a connection would be closed, and with NO_ERROR after an answer that did not need
/// the whole body (RFC 9113 §8.1). Its header arrives whole, in time and size that the connection
/// bounds.
///
/// The decisions are in ``ConnectionState``; this carries them out on the event loop.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The codec between a connection of HTTP/1 and its guard; a stream has neither.
    struct Wire {
        let arrivals: ArrivalObserver
        let codec: HTTP1Codec
    }

    /// The interval of the checks of each connection; every deadline is kept to within this.
    private static let tick = TimeAmount.seconds(1)

    private let shared: Shared
    private let wire: Wire?
    private var state: ConnectionState
    private var ticks: RepeatedTask?

    /// Bytes that come are dropped: they are too many, or behind the last request.
    private var isDropping = false
    /// The body of the newest request is longer than one read.
    private var isBodyLong = false
    /// How the connection is read between long bodies; nil while none is coming.
    private var usualReads: (any RecvByteBufferAllocator)?
    /// The problem behind the last answer that is due.
    private var afterword: Problem?
    /// The answer that is being written has no body.
    private var isBodiless = false
    /// Bytes of a stream's answer that its client, or its connection, has taken.
    private var takenBytes: UInt64 = 0
    /// What the requests that are not answered take of what all share.
    private var places: RequestPlaces

    /// Creates the guard of a connection of HTTP/1, or of a stream, which has no wire of its own.
    init(_ shared: Shared, wire: Wire? = nil) {
        self.shared = shared
        self.wire = wire
        places = RequestPlaces(shared, isStream: wire == nil)
        state = ConnectionState(limits: shared.limits, isStream: wire == nil, now: .now())
    }

    private var limits: ServiceLimits { shared.limits }

    func handlerAdded(context: ChannelHandlerContext) {
        wire?.arrivals.isWanted = { [weak self] in self?.bytesArrived() ?? false }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ticks = context.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.tick, delay: Self.tick
        ) { _ in
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        places.leaveAll()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        context.fireChannelInactive()
    }

    /// Looks whether something takes too long.
    private func look(_ context: ChannelHandlerContext) {
        if shared.isEnding { apply(state.shutdown(now: .now()), context) }
        let delivery =
            !state.needsDelivery
            ? ConnectionState.Delivery(taken: 0)
            : wire == nil ? .init(taken: takenBytes) : .init(of: context.channel)
        apply(
            state.tick(now: .now(), connections: shared.connections, delivery: delivery), context)
    }
}

// MARK: - Inbound

extension ConnectionGuard {
    /// Returns whether the bytes are of any use.
    private func bytesArrived() -> Bool {
        state.bytesArrived(now: .now())
        return !isDropping
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDropping else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard isTaken(head, context) else {
                isDropping = true
                return
            }
            isBodyLong = wire != nil && isLong(head)
        case .body(let buffer):
            state.bodyArrived(buffer.readableBytes)
        case .end:
            isBodyLong = false
            readUsually(context)
            state.requestEnded()
            isDropping = wire != nil && !state.takesRequests
        }
        context.fireChannelRead(data)
    }

    /// Whether a request is taken; where it is not, nothing behind it is either, and the client is
    /// told why unless it is one too many.
    ///
    /// One read brings few requests, and the next waits until they are taken. But where a client
    /// has closed its half of the connection, everything that it sent is read at once.
    private func isTaken(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> Bool {
        guard state.takesRequests else { return false }
        guard !isOneTooMany(head) else {
            state.cut()
            return false
        }
        if let problem = refusal(of: head, context) {
            say(problem, context)
            return false
        }
        state.headArrived(wire?.codec.newest ?? Self.form(of: head))
        return true
    }

    private func isOneTooMany(_ head: HTTPRequest) -> Bool {
        wire != nil && !state.takeAhead(fields: head.headerFields.count)
    }

    private func refusal(of head: HTTPRequest, _ context: ChannelHandlerContext) -> Problem? {
        if wire == nil, let problem = Self.malformed(head, limits) { return problem }
        return places.enter(head, context.channel) ? nil : .tooManyRequests
    }

    private static func form(of head: HTTPRequest) -> RequestForm {
        RequestForm(
            isHead: head.method == .head,
            expectsContinue: head.headerFields[.expect]?.lowercased() == "100-continue")
    }

    /// The fault of a stream's request head that its connection accepts.
    private static func malformed(_ head: HTTPRequest, _ limits: ServiceLimits) -> Problem? {
        guard head.headerFields.count <= limits.headerFields else { return .headerTooLarge }
        let hosts = head.headerFields[values: .host]
        guard let authority = head.authority ?? hosts.first, hosts.allSatisfy({ $0 == authority })
        else {
            return .malformed("host: must be given once, in :authority")
        }
        return Authority.isValid(authority)
            ? nil : .malformed("host: must be a host, and perhaps a port")
    }

    private func isLong(_ head: HTTPRequest) -> Bool {
        let fields = head.headerFields
        let length = fields.text(of: .contentLength).map { Int($0) ?? 0 }
        return length.map { $0 > limits.readBytes } ?? fields.contains(.transferEncoding)
    }

    /// A body that is longer than one read is read in larger pieces, so that a batch comes in
    /// pieces worth a chunk.
    ///
    /// Not before somebody has counted them: as many as there are connections may be on their way.
    /// Options fail where the channel has closed, and then nothing is read.
    private func readLongBody(_ context: ChannelHandlerContext) {
        guard isBodyLong, usualReads == nil, let options = context.channel.syncOptions else {
            return
        }
        usualReads = try? options.getOption(.recvAllocator)
        try? options.setOption(
            .recvAllocator, value: ReadAllocator(limit: limits.bodyReadBytes))
    }

    private func readUsually(_ context: ChannelHandlerContext) {
        guard let usual = usualReads else { return }
        usualReads = nil
        try? context.channel.syncOptions?.setOption(.recvAllocator, value: usual)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Where the server is ready for more, a `read` follows.
        state.readRequested(false)
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            // Nobody else has to know: requests under way are answered.
            apply(state.shutdown(now: .now()), context)
        case ChannelEvent.inputClosed:
            context.fireUserInboundEventTriggered(event)
            apply(state.requestsEnded(now: .now()), context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.writability(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is HTTPParserError where state.canCut:
            // What came is answered: a client that half-closed its connection reads it.
            state.cut()
            context.fireChannelRead(wrapInboundOut(.end(nil)))
        case is HTTPParserError where !state.takesRequests: break
        case let error as HTTPParserError:
            let isTooLarge = error == .headerOverflow
            say(isTooLarge ? .headerTooLarge : .malformed("request: is not HTTP/1.1"), context)
        case let error as MalformedRequest:
            if state.takesRequests { say(.malformed(error.detail), context) }
        case is IOError, is ChannelError:
            context.fireErrorCaught(error)
        case NIOSSLError.uncleanShutdown:
            // The client's half of the connection has ended, as the next event says; HTTP says by
            // itself what is whole.
            break
        case is NIOSSLError:
            context.fireErrorCaught(error)
        default:
            // A stream's request that is none, or that breaks off (RFC 9113 §8.1.1).
            if wire == nil {
                reset(.reset(code: .protocolError), context)
            } else {
                context.fireErrorCaught(error)
            }
        }
    }
}

// MARK: - Outbound

extension ConnectionGuard {
    func read(context: ChannelHandlerContext) {
        state.readRequested(true)
        context.read()
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard !state.isLingering else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            context.write(wrapOutboundOut(.head(framed(head))), promise: promise)
        case .body(let bytes):
            if isBodiless {
                promise?.succeed(())
            } else if wire == nil {
                writeToStream(bytes, context, promise)
            } else {
                context.write(data, promise: promise)
            }
        case .end:
            places.leave()
            // Whoever counted the reads of a body has ended.
            readUsually(context)
            guard state.answerEnded(now: .now()) else {
                context.write(data, promise: promise)
                if state.isAfterwordDue, let afterword { answer(afterword, context) }
                return
            }
            end(data, context, promise)
        }
    }

    /// Returns the head of an answer with what says where its body ends.
    private func framed(_ head: HTTPResponse) -> HTTPResponse {
        var head = head
        let form = state.answerBegan(
            status: head.status.code, hasLength: head.headerFields.contains(.contentLength))
        isBodiless = form.isBodiless
        guard wire != nil else { return head }
        if form.isChunked { head.headerFields[.transferEncoding] = "chunked" }
        if form.saysClose { head.headerFields[.connection] = "close" }
        return head
    }

    /// Writes in pieces as large as a frame may be, so that it shows when each is taken.
    private func writeToStream(
        _ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        var bytes = bytes
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        while bytes.readableBytes > Self.frameBytes,
            let piece = bytes.readSlice(length: Self.frameBytes)
        {
            let taken = context.eventLoop.makePromise(of: Void.self)
            taken.futureResult.whenSuccess {
                bound.value.takenBytes += UInt64(piece.readableBytes)
            }
            context.write(wrapOutboundOut(.body(piece)), promise: taken)
        }
        let count = UInt64(bytes.readableBytes)
        let taken = promise ?? context.eventLoop.makePromise()
        taken.futureResult.whenSuccess { bound.value.takenBytes += count }
        context.write(wrapOutboundOut(.body(bytes)), promise: taken)
    }

    /// Bytes of a frame that every client takes (RFC 9113 §4.2).
    private static let frameBytes = 16 * 1024

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let wanted = event as? BodyIsWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if wanted.isCounted { readLongBody(context) }
        if state.takeExpectation() {
            let head = HTTPResponse(status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
        } else {
            promise?.succeed(())
        }
    }

    /// The handler has written its answer, or cannot go on.
    ///
    /// Neither is a reason to lose what was said: the connection ends when that is out. On one that
    /// no event loop has taken over nothing was said, and nothing would end it later.
    func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        guard context.channel.isActive else { return context.close(mode: mode, promise: promise) }
        switch mode {
        case .input: context.close(mode: .input, promise: promise)
        case .all where state.isAnswerOpen: breakOff(context, promise)
        case .all, .output:
            // A stream ends with its answer.
            if let promise { context.channel.closeFuture.cascade(to: promise) }
            apply(state.requestsEnded(now: .now()), context)
        }
    }
}

// MARK: - Actions

extension ConnectionGuard {
    /// Ends the connection in the middle of an answer, so that the client sees it is not complete.
    private func breakOff(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if wire != nil, state.endsWithConnection,
            let socket = context.channel as? any SocketOptionProvider
        {
            // Closing then resets (socket(7)).
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: promise)
    }
}

extension ConnectionGuard {
    /// Writes the end of an answer that ends the connection or the stream too, once it is out: a
    /// reset would overtake what flow control holds back, and so would a close.
    private func end(
        _ data: NIOAny, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        let sent = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.answersSent(context)
        }
        context.writeAndFlush(data, promise: sent)
    }

    private func answersSent(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if wire == nil {
            reset(.reset(code: .noError), context)
        } else {
            apply(state.answersSent(now: .now()), context)
        }
    }

    private func reset(
        _ event: NIOHTTP2FramePayloadToHTTPEvent, _ context: ChannelHandlerContext
    ) {
        context.triggerUserOutboundEvent(event, promise: nil)
    }

    private func apply(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .close: context.close(promise: nil)
        case .closeOutput: context.close(mode: .output, promise: nil)
        case .timeOut: answer(.timeOut, context)
        case .finish:
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            wire?.arrivals.whenOut {
                let (handler, context) = bound.value
                handler.answersSent(context)
            }
        }
    }

    /// Writes the problem behind the answers that are due, and ends the connection.
    private func say(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard !state.canAnswerForItself else { return answer(problem, context) }
        state.addAfterword()
        afterword = problem
    }

    /// Writes an answer of the connection's own, and ends it.
    private func answer(_ problem: Problem, _ context: ChannelHandlerContext) {
        var reply = problem.reply(to: Accepted(HTTPFields()))
        if wire != nil { reply.headers[.connection] = "close" }
        context.write(wrapOutboundOut(.head(reply.head)), promise: nil)
        context.write(wrapOutboundOut(.body(reply.body)), promise: nil)
        state.answeredForItself(now: .now())
        end(wrapOutboundOut(.end(nil)), context, nil)
    }
}

extension Problem {
    /// The header is larger than its limit.
    fileprivate static let headerTooLarge = Problem(
        status: .requestHeaderFieldsTooLarge, title: "Request Header Fields Too Large",
        detail: "header: is larger than its limit")

    /// The request did not come in time.
    fileprivate static let timeOut = Problem(
        status: .requestTimeout, title: "Request Timeout",
        detail: "request: did not arrive in time")
}
