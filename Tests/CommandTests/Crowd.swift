import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Very many connections of clients that mean no good, from one address or some.
final class Crowd: Sendable {
    /// What the crowd has got so far.
    struct Tally {
        /// Answers by status.
        var answers: [Int: Int] = [:]

        /// Connections that the server has ended.
        var ended = 0
    }

    /// The first address they come from, of 127.0.0.0/24: not the one from which well-behaved
    /// clients come.
    private static let address = 2

    /// Connections that are opened at a time: fewer than the server's backlog.
    private static let wave = 200

    private let channels = Mutex<[any Channel]>([])
    private let state = Mutex(Tally())

    /// What the crowd has got so far.
    var tally: Tally { state.withLock { $0 } }

    /// Opens connections, on each of which `greeting` is sent at once.
    ///
    /// Where `reads` is false nobody ever takes an answer. With `tls` they speak HTTP/2 and send
    /// bytes as they are.
    init(
        _ count: Int, port: Int, greeting: String? = nil, reads: Bool = true, tls: Bool = false,
        addresses: Int = 1
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if tls { try Self.secure(channel) }
                    try channel.pipeline.syncOperations.addHandler(Listener(crowd: self))
                }
            }
        for start in stride(from: 0, to: count, by: Self.wave) {
            let futures = try (start..<min(count, start + Self.wave)).map { number in
                let address = Self.address + number % addresses
                return try bootstrap.bind(
                    to: SocketAddress(ipAddress: "127.0.0.\(address)", port: 0)
                ).connect(host: "127.0.0.1", port: port)
            }
            for future in futures {
                let channel = try await future.get()
                channels.withLock { $0.append(channel) }
                if let greeting {
                    channel.writeAndFlush(ByteBuffer(string: greeting), promise: nil)
                }
            }
        }
    }

    /// Puts TLS before everything else; who answers is not checked.
    private static func secure(_ channel: any Channel) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2"]
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Has everyone send these bytes, and read nothing any more.
    func sayAndTurnAway(_ bytes: [UInt8]) async throws {
        let buffer = ByteBuffer(bytes: bytes)
        for channel in channels.withLock({ $0 }) {
            try await channel.writeAndFlush(buffer)
            try await channel.setOption(.autoRead, value: false).get()
        }
    }

    deinit {
        for channel in channels.withLock({ $0 }) { channel.close(promise: nil) }
    }

    /// Has everyone send these bytes, as far as the server takes them.
    func say(_ text: String) {
        say(Array(text.utf8))
    }

    func say(_ bytes: [UInt8]) {
        let buffer = ByteBuffer(bytes: bytes)
        for channel in channels.withLock({ $0 }) where channel.isWritable {
            channel.writeAndFlush(buffer, promise: nil)
        }
    }

    /// Has everyone close their half of the connection.
    func finishSending() {
        for channel in channels.withLock({ $0 }) { channel.close(mode: .output, promise: nil) }
    }

    /// Closes all connections, at once: where nothing is read, each end of TLS is waited for.
    func leave() async {
        let ends = channels.withLock { $0 }.map { $0.close() }
        for end in ends { try? await end.get() }
    }

    /// Counts what comes back.
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private static let mark = Array("HTTP/1.1 ".utf8)

        private let crowd: Crowd
        private var rest: [UInt8] = []

        init(crowd: Crowd) {
            self.crowd = crowd
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            rest += unwrapInboundIn(data).readableBytesView
            let length = Self.mark.count + 3
            var index = 0
            while index + length <= rest.count {
                guard rest[index] == Self.mark[0], rest[index...].starts(with: Self.mark) else {
                    index += 1
                    continue
                }
                let digits = rest[(index + Self.mark.count)..<(index + length)]
                let status = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
                crowd.state.withLock { $0.answers[status, default: 0] += 1 }
                index += length
            }
            rest.removeFirst(index)
        }

        func channelInactive(context: ChannelHandlerContext) {
            crowd.state.withLock { $0.ended += 1 }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
