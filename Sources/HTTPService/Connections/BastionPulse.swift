import NIOCore
import NIOHTTP2

/// Asks whether the other end of a connection that we have opened is still there, and closes it
/// where no answer comes.
///
/// Requests may be rare, and a router on the way may have forgotten the connection: nothing would
/// ever arrive on it, and nobody would open another.
final class BastionPulse: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let interval: TimeAmount
    private var beats: RepeatedTask?
    private var isWaiting = false

    init(_ interval: Duration) {
        self.interval = TimeAmount(interval)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        beats = context.eventLoop.scheduleRepeatedTask(
            initialDelay: interval, delay: interval
        ) { _ in
            let (handler, context) = bound.value
            handler.beat(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ping(_, ack: true) = unwrapInboundIn(data).payload { isWaiting = false }
        context.fireChannelRead(data)
    }

    private func beat(_ context: ChannelHandlerContext) {
        guard !isWaiting else {
            context.close(promise: nil)
            return
        }
        isWaiting = true
        let ping = HTTP2Frame(
            streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 0), ack: false))
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
    }

    private func stop() {
        beats?.cancel()
        beats = nil
    }
}
