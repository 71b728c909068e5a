import Files
import NIOCore

/// Ends a connection of the control socket that is neither root's nor of the server's own user.
///
/// The kernel says who connected (`SO_PEERCRED`, unix(7)); where it does not, nobody is heard.
final class PeerGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private var isBelieved = false

    func channelActive(context: ChannelHandlerContext) {
        ask(context)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { ask(context) }
    }

    /// The answer is there at once: the channel's own loop asks its own socket.
    private func ask(_ context: ChannelHandlerContext) {
        guard !isBelieved else { return }
        let asked =
            (context.channel as? any SocketOptionProvider)?.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: PeerCredentials.option))
            as EventLoopFuture<PeerCredentials>?
        let loop = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        asked?.whenComplete { answer in
            let (this, context) = loop.value
            if case .success(let peer) = answer, LocalSocket.believes(peer.user) {
                this.isBelieved = true
            } else {
                context.close(promise: nil)
            }
        }
        if asked == nil { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isBelieved else { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }
}
