import NIOCore
import NIOPosix

/// A server on loopback that answers as badly as it is told, to whatever it is asked.
final class BadServer: Sendable {
    /// What a connection gets.
    struct Conduct {
        /// Sent at once, when the first bytes of a request are there.
        var start = ""

        /// Sent again and again.
        var drip: [UInt8] = []

        /// How often it is sent.
        var drips = Int.max

        /// The time between two drips.
        var pause: TimeAmount = .milliseconds(10)

        /// Whether more than those first bytes is ever read.
        var reads = true

        /// Whether the connection ends after the start.
        var closes = false
    }

    private let channel: any Channel

    /// Listens on a free port.
    init(_ conduct: Conduct) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        channel = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: conduct.reads)
            .childChannelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Dripper(conduct))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Where it listens: HOST:PORT.
    var address: String {
        "127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    private final class Dripper: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let conduct: Conduct
        private var hasStarted = false
        private var drips: RepeatedTask?
        private var dripsLeft: Int

        init(_ conduct: Conduct) {
            self.conduct = conduct
            dripsLeft = conduct.drips
        }

        /// An answer before its request would be a fault of another kind.
        func channelActive(context: ChannelHandlerContext) {
            if !conduct.reads { context.read() }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !hasStarted { begin(context) }
        }

        private func begin(_ context: ChannelHandlerContext) {
            hasStarted = true
            let channel = context.channel
            let start = channel.writeAndFlush(ByteBuffer(string: conduct.start))
            if conduct.closes {
                start.whenComplete { _ in channel.close(promise: nil) }
                return
            }
            guard !conduct.drip.isEmpty else { return }
            let bytes = ByteBuffer(bytes: conduct.drip)
            let here = NIOLoopBound(self, eventLoop: context.eventLoop)
            drips = context.eventLoop.scheduleRepeatedTask(
                initialDelay: conduct.pause, delay: conduct.pause
            ) { task in
                guard here.value.dripsLeft > 0 else { return task.cancel() }
                guard channel.isWritable else { return }
                here.value.dripsLeft -= 1
                channel.writeAndFlush(bytes, promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            drips?.cancel()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
