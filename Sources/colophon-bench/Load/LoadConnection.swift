import NIOCore

/// One connection of a load: sends a request, reads its answer, takes the next.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Tells all connections to begin, once all of them stand.
    struct Begin: Sendable {}

    private let load: Load
    private var parser = AnswerParser()
    /// When the request that is under way was due.
    private var due: NIODeadline?

    init(_ load: Load) {
        self.load = load
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is Begin { sendNext(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        parser.append(&bytes)
        do throws(BenchError) {
            while let status = try parser.next() {
                load.finish(status: status, due: due)
                due = nil
                sendNext(context)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if due != nil { load.lose() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends the next request, now or when it is due; closes where there is none.
    private func sendNext(_ context: ChannelHandlerContext) {
        guard let (request, due) = load.take() else { return context.close(promise: nil) }
        self.due = due
        guard due > .now() else {
            return context.writeAndFlush(wrapOutboundOut(request), promise: nil)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: due) {
            let (handler, context) = bound.value
            context.writeAndFlush(handler.wrapOutboundOut(request), promise: nil)
        }
    }
}
