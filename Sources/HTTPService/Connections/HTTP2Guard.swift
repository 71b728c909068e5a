import NIOCore
import NIOHTTP2

/// Holds one HTTP/2 connection to its limits on time and ends it in an orderly way.
///
/// The decisions are in ``HTTP2State``; this carries them out on the event loop. What only one
/// stream does is its ``ConnectionGuard``'s.
final class HTTP2Guard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// The interval of the checks of each connection; every deadline is kept to within this.
    private static let tick = TimeAmount.seconds(1)

    /// What stands before the library.
    let wire = HTTP2Wire()

    private let shared: Shared
    private var state: HTTP2State
    private var ticks: RepeatedTask?
    private var context: ChannelHandlerContext?

    /// Whether it is one client's connection, which may have to wait for its own tasks: one of a
    /// proxy or a bastion is of very many clients.
    private let isOfOneClient: Bool

    init(_ shared: Shared, isOfOneClient: Bool) {
        self.shared = shared
        self.isOfOneClient = isOfOneClient
        state = HTTP2State(limits: shared.limits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
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
        self.context = nil
    }

    /// Takes note of a stream of this connection, until it is closed; on the event loop.
    func watch(_ stream: any Channel) throws {
        let id = try stream.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        state.streamOpened(id.map { Int($0) } ?? 0)
        let bound = NIOLoopBound(self, eventLoop: stream.eventLoop)
        stream.closeFuture.whenComplete { _ in bound.value.streamClosed() }
    }

    /// Takes note of a stream's task; returns what is to be called at its end, on any thread.
    func watchTask() -> @Sendable () -> Void {
        guard let loop = context?.eventLoop else { return {} }
        state.taskBegan()
        let bound = NIOLoopBound(self, eventLoop: loop)
        return { loop.execute { bound.value.taskEnded() } }
    }

    private func taskEnded() {
        state.taskEnded()
        holdOrRelease()
    }

    private func streamClosed() {
        let action = state.streamClosed(now: .now())
        holdOrRelease()
        if let context { apply(action, context) }
    }

    /// Reads nothing more while the client is ahead of its own tasks, else goes on.
    private func holdOrRelease() {
        wire.isHeld = isOfOneClient && state.isAhead
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        context.fireChannelInactive()
    }

    /// Looks whether something takes too long.
    private func look(_ context: ChannelHandlerContext) {
        if shared.isEnding { apply(state.shutdown(now: .now()), context) }
        let delivery: ConnectionState.Delivery =
            state.needsDelivery ? .init(of: context.channel) : .init(taken: 0)
        apply(
            state.tick(now: .now(), connections: shared.connections, delivery: delivery), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            apply(state.shutdown(now: .now()), context)
        case ChannelEvent.inputClosed:
            // Open requests are answered, as far as the client's windows reach.
            apply(state.inputClosed(now: .now()), context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.writability(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The library has said what there is to say: RST_STREAM, where the failure is one stream's
        // own, else GOAWAY with the reason.
        if wire.hasFailed { apply(state.failed(now: .now()), context) }
    }

    private func apply(_ action: HTTP2State.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .announceEnd: goAway(.maxID, context)
        case .endAfter(let stream): goAway(HTTP2StreamID(stream), context)
        case .finish:
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            wire.whenOut {
                let (handler, context) = bound.value
                guard context.channel.isActive else { return }
                handler.state.sent()
                handler.look(context)
            }
        case .close: context.close(promise: nil)
        }
    }

    private func goAway(_ last: HTTP2StreamID, _ context: ChannelHandlerContext) {
        let frame = HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
