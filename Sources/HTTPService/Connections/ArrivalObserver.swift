import NIOCore

/// Says when bytes of a connection of HTTP/1 arrive, drops those that are of no use, and says when
/// all that was written is out.
///
/// Stands before the decoder: bytes of an unfinished header never come any further.
final class ArrivalObserver: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Called with each piece; returns whether it is of any use.
    var isWanted: () -> Bool = { true }

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWanted = { true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isWanted() { context.fireChannelRead(data) }
    }

    /// Calls `done` once the kernel has all that was written, or the channel is closed.
    func whenOut(_ done: @escaping () -> Void) {
        guard let context else { return done() }
        let out = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(done, eventLoop: context.eventLoop)
        out.futureResult.whenComplete { _ in bound.value() }
        context.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer())), promise: out)
    }
}
