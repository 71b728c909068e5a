import NIOCore

/// Ends a connection whose TLS handshake takes too long or fails, or that is in the way of a
/// shutdown.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let shared: Shared
    private var alarm: Scheduled<Void>?

    init(_ shared: Shared) {
        self.shared = shared
    }

    private var limits: ServiceLimits { shared.limits }

    func handlerAdded(context: ChannelHandlerContext) {
        let patience = TimeAmount(min(limits.crowdedTime, limits.headerTime))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: patience) {
            let (handler, context) = bound.value
            handler.patienceEnded(context)
        }
    }

    private func patienceEnded(_ context: ChannelHandlerContext) {
        let rest = TimeAmount(limits.headerTime) - TimeAmount(limits.crowdedTime)
        guard !shared.connections.isCrowded, rest > .zero else {
            context.close(promise: nil)
            return
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: rest) { bound.value.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
