import HummingbirdCore
import NIOCore

/// Accepts connections up to the limit; more wait in the kernel.
struct ConnectionCount: AvailableConnectionsDelegate {
    let connections: Pool

    func connectionOpened() {
        connections.takeBeyondLimit(1)
    }

    func connectionClosed() {
        connections.give(back: 1, from: nil)
    }

    func isAcceptingNewConnections() -> Bool {
        !connections.isFull
    }
}

/// Ends connections of clients that have more than are free, as soon as they are accepted.
///
/// A trusted proxy's are not counted as its own, since it speaks for very many clients.
final class AcceptGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let shared: Shared

    init(_ shared: Shared) {
        self.shared = shared
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        shared.accept(channel)
        let peer = shared.clients.peer(of: channel)
        let connections = shared.connections
        if let client = peer.client, !peer.isProxy {
            guard connections.hasRoom(for: client.connections) else {
                channel.close(promise: nil)
                return
            }
            connections.share(client.connections)
            channel.closeFuture.whenComplete { _ in connections.unshare(client.connections) }
        }
        context.fireChannelRead(data)
    }
}
