import NIOCore
import Synchronization

/// Counts what calls cost on the way: connections, and bytes as the network carries them.
///
/// Bytes count once the system has them to send, or has them from the network. Those of a TLS
/// handshake are not counted; what TLS adds to the rest is.
public final class CallTraffic: Sendable {
    private let connectionCount = Atomic<Int>(0)
    private let sentCount = Atomic<Int>(0)
    private let receivedCount = Atomic<Int>(0)

    /// Creates a count that begins with nothing.
    public init() {}

    /// Connections that stood.
    public var connections: Int { connectionCount.load(ordering: .relaxed) }

    /// Bytes that were handed to the system.
    public var sent: Int { sentCount.load(ordering: .relaxed) }

    /// Bytes that came.
    public var received: Int { receivedCount.load(ordering: .relaxed) }

    /// Counts a new connection, and all that goes over it.
    func count(_ channel: any Channel) -> EventLoopFuture<Void> {
        connectionCount.add(1, ordering: .relaxed)
        return channel.eventLoop.submit {
            // Next to the system: behind TLS, where there is any.
            try channel.pipeline.syncOperations.addHandler(Meter(traffic: self), position: .first)
        }
    }

    private final class Meter: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = IOData

        private let traffic: CallTraffic

        init(traffic: CallTraffic) {
            self.traffic = traffic
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            traffic.receivedCount.add(unwrapInboundIn(data).readableBytes, ordering: .relaxed)
            context.fireChannelRead(data)
        }

        func write(
            context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
        ) {
            traffic.sentCount.add(unwrapOutboundIn(data).readableBytes, ordering: .relaxed)
            context.write(data, promise: promise)
        }
    }
}
