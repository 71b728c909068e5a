import NIOCore
import Synchronization

/// Keeps what went wrong first on a connection, for whoever has opened it.
final class FailureNote: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any

    private let kept = Mutex<(any Error)?>(nil)

    /// The first failure; nil where there was none.
    var error: (any Error)? { kept.withLock { $0 } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        kept.withLock { $0 = $0 ?? error }
        context.fireErrorCaught(error)
    }
}
