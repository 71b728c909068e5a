import Encoding
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Holds one connection to the limits on time, answers `Expect`, and ends it in an orderly way.
///
/// Sits between the HTTP decoder and the server. What it does itself:
/// - answers bytes that are no HTTP, and headers that are too large, with a problem;
/// - sends `100 Continue` when the body is wanted (``BodyIsWanted``);
/// - closes where a header, a body, an answer or a shutdown takes too long;
/// - where an answer ends before its request does, takes what still comes for a moment and
///   closes: closing at once would reset the connection under the answer (RFC 9112 §9.6).
///
/// The decisions are in ``ConnectionState``; this carries them out on the event loop.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How often each connection is looked at; every deadline is kept to within this.
    private static let tick = TimeAmount.seconds(1)

    private var state: ConnectionState
    private var ticks: RepeatedTask?

    init(limits: ServerLimits) {
        state = ConnectionState(limits: limits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // Bytes of an unfinished header never come as far as this handler.
        let arrivals = ArrivalObserver { [weak self] in self?.state.bytesArrived(now: .now()) }
        try? context.pipeline.syncOperations.addHandler(arrivals, position: .first)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ticks = context.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.tick, delay: Self.tick
        ) { _ in
            let (handler, context) = bound.value
            handler.apply(handler.state.tick(now: .now()), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        context.fireChannelInactive()
    }

    // MARK: - Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            let expect = head.headerFields[.expect]?.lowercased()
            state.headArrived(expectsContinue: expect == "100-continue", now: .now())
        case .body(let buffer):
            state.bodyArrived(buffer.readableBytes)
        case .end:
            apply(state.requestEnded(now: .now()), context)
        }
        context.fireChannelRead(data)
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
            state.cut(now: .now())
            context.fireChannelRead(wrapInboundOut(.end(nil)))
            return
        }
        guard !(error is IOError), !(error is ChannelError), state.canAnswerForItself else {
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
            if state.answerBegan(status: head.status.code) {
                head.headerFields[.connection] = "close"
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let action = state.answerEnded(now: .now())
            if action == .none {
                context.write(data, promise: promise)
            } else {
                context.writeAndFlush(data, promise: promise)
            }
            apply(action, context)
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
        let response = problem.response(to: Accepted(HTTPFields()))
        var head = response.head
        head.headerFields[.connection] = "close"
        let bytes = ByteBuffer(bytes: problem.cbor.encoded())
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        apply(state.answeredForItself(now: .now()), context)
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

/// Says when bytes arrive on a connection, whatever becomes of them.
private final class ArrivalObserver: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let notify: () -> Void

    init(_ notify: @escaping () -> Void) {
        self.notify = notify
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        notify()
        context.fireChannelRead(data)
    }
}
