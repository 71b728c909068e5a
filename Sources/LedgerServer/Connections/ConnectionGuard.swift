import Encoding
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOSSL

/// Holds one connection to the limits on time, answers `Expect`, and ends it in an orderly way.
///
/// Sits between the HTTP decoder and the server. What it does itself:
/// - reads little at a time, and much while a long body comes;
/// - drops what a client sends ahead beyond a limit;
/// - answers bytes that are no HTTP, and headers that are too large, with a problem;
/// - sends `100 Continue` when the body is wanted (``BodyIsWanted``);
/// - closes where a header, a body, an answer or a shutdown takes too long;
/// - where an answer ends before its request does, takes what still comes for a moment and
///   closes: closing at once would reset the connection under the answer (RFC 9112 §9.6).
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

    /// How often each connection is looked at; every deadline is kept to within this.
    private static let tick = TimeAmount.seconds(1)

    private let limits: ServerLimits
    private let count: ConnectionCount
    private var state: ConnectionState
    private var ticks: RepeatedTask?

    /// The client sent more requests ahead than are kept: what follows is dropped.
    private var isDropping = false
    /// How the connection is read between long bodies; nil while none is coming.
    private var usualReads: (any RecvByteBufferAllocator)?

    /// Counts this stream among all; nil on a connection of HTTP/1.1.
    private let streams: StreamCount?
    /// The stream's request was refused before the server saw it.
    private var isRefused = false

    /// Creates the guard of a connection of HTTP/1.1 or, where `streams` counts it, of a stream.
    init(limits: ServerLimits, count: ConnectionCount, streams: StreamCount? = nil) {
        self.limits = limits
        self.count = count
        self.streams = streams
        state = ConnectionState(limits: limits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let streams {
            isRefused = !streams.enter()
        } else {
            // Bytes of an unfinished header never come as far as this handler.
            let arrivals = ArrivalObserver { [weak self] in self?.bytesArrived() ?? false }
            try? context.pipeline.syncOperations.addHandler(arrivals, position: .first)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ticks = context.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.tick, delay: Self.tick
        ) { _ in
            let (handler, context) = bound.value
            let isCrowded = handler.count.isCrowded
            handler.apply(handler.state.tick(now: .now(), isCrowded: isCrowded), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        streams?.leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        context.fireChannelInactive()
    }

    // MARK: - Inbound

    /// Returns whether the bytes are of any use.
    private func bytesArrived() -> Bool {
        state.bytesArrived(now: .now())
        return !isDropping
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if streams != nil ? refuse(part, context) : isOneTooMany(part) { return }
        switch part {
        case .head(let head):
            expectLongBody(head, context)
            let expect = head.headerFields[.expect]?.lowercased()
            state.headArrived(expectsContinue: expect == "100-continue", now: .now())
        case .body(let buffer):
            state.bodyArrived(buffer.readableBytes)
        case .end:
            expectNoBody(context)
            apply(state.requestEnded(), context)
        }
        context.fireChannelRead(data)
    }

    /// Drops a request that is one too many, and what follows it; returns whether it dropped this
    /// part.
    ///
    /// One read brings fewer requests, and the next waits until they are taken. But where a client
    /// has closed its half of the connection, everything that it sent is read at once.
    private func isOneTooMany(_ part: HTTPRequestPart) -> Bool {
        guard case .head(let head) = part, !isDropping else { return isDropping }
        guard !state.takeAhead(fields: head.headerFields.count) else { return false }
        isDropping = true
        state.cut()
        return true
    }

    /// A body that is longer than one read is read in larger pieces, so that a batch comes in
    /// pieces worth a chunk.
    ///
    /// Options fail where the channel has closed, and then nothing is read.
    private func expectLongBody(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let fields = head.headerFields
        let length = fields[.contentLength].map { Int($0) ?? 0 }
        let isLong = length.map { $0 > limits.readBytes } ?? fields.contains(.transferEncoding)
        guard isLong, streams == nil, let options = context.channel.syncOptions else { return }
        usualReads = try? options.getOption(.recvAllocator)
        try? options.setOption(
            .recvAllocator, value: ReadAllocator(limit: limits.bodyReadBytes))
    }

    private func expectNoBody(_ context: ChannelHandlerContext) {
        guard let usual = usualReads else { return }
        usualReads = nil
        try? context.channel.syncOptions?.setOption(.recvAllocator, value: usual)
    }

    /// Refuses a stream's request that is one too many or whose header is too large, and drops
    /// what follows of it; returns whether it did.
    private func refuse(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) -> Bool {
        guard case .head(let head) = part else { return isRefused }
        if isRefused {
            answer(.tooManyStreams, context)
        } else if head.headerFields.count > limits.headerFields {
            isRefused = true
            answer(.headerTooLarge, context)
        }
        return isRefused
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Where the server is ready for more, a `read` follows.
        state.readRequested(false)
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            state.shutdown(now: .now())
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.writability(context.channel.isWritable, now: .now())
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !state.isLingering else { return }
        if state.canCut, error is HTTPParserError {
            // What came is answered: whoever only closed its half of the connection reads it.
            state.cut()
            context.fireChannelRead(wrapInboundOut(.end(nil)))
            return
        }
        let isHTTP = !(error is IOError || error is ChannelError || error is NIOSSLError)
        guard isHTTP, streams == nil, state.canAnswerForItself else {
            context.fireErrorCaught(error)
            return
        }
        let isTooLarge = (error as? HTTPParserError) == .headerOverflow
        answer(isTooLarge ? .headerTooLarge : .malformed("request: is not HTTP/1.1"), context)
    }

    // MARK: - Outbound

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
        case .head(var head):
            if state.answerBegan(status: head.status.code), streams == nil {
                head.headerFields[.connection] = "close"
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            if state.answerEnded(now: .now()) {
                end(data, context, promise)
            } else {
                context.write(data, promise: promise)
            }
        }
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyIsWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if state.takeExpectation() {
            let head = HTTPResponse(status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
        } else {
            promise?.succeed(())
        }
    }

    // MARK: - Actions

    /// Writes the end of an answer that ends the connection or the stream too, once it is out: a
    /// reset would overtake what flow control holds back, and so would a close.
    private func end(
        _ data: NIOAny, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        let sent = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.endConnection(context)
        }
        context.writeAndFlush(data, promise: sent)
    }

    private func endConnection(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if streams == nil {
            apply(state.answerSent(now: .now()), context)
        } else {
            let reset = NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError)
            context.triggerUserOutboundEvent(reset, promise: nil)
        }
    }

    private func apply(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .close: context.close(promise: nil)
        case .closeOutput: context.close(mode: .output, promise: nil)
        case .timeOut: answer(.timeOut, context)
        }
    }

    /// Writes an answer of the connection's own, and ends it.
    private func answer(_ problem: Problem, _ context: ChannelHandlerContext) {
        var reply = problem.reply(to: Accepted(HTTPFields()))
        if streams == nil { reply.headers[.connection] = "close" }
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

    /// All streams that the server has are taken.
    fileprivate static let tooManyStreams = Problem(
        status: .serviceUnavailable, title: "Service Unavailable",
        detail: "the ledger has too many requests; send it again later",
        retryAfter: busyDelay)
}

/// Says when bytes arrive on a connection, and drops those that are of no use.
private final class ArrivalObserver: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let isWanted: () -> Bool

    init(_ isWanted: @escaping () -> Bool) {
        self.isWanted = isWanted
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isWanted() { context.fireChannelRead(data) }
    }
}
