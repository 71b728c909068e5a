import NIOCore
import NIOPosix
import Synchronization
import TestPeer

/// Stands between a client and a server on loopback, and ends connections at chosen bytes.
final class CuttingRelay: LoopbackPeer {
    /// Where a connection ends.
    enum Cut: Hashable, Sendable {
        /// After so many bytes of what the client sends.
        case up(Int)

        /// After so many bytes of what the server answers.
        case down(Int)
    }

    private typealias Side = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// The port on 127.0.0.1.
    let port: Int

    private let target: Int
    private let cuts: Mutex<[Cut]>
    private let largest = Mutex((up: 0, down: 0))

    private init(port: Int, to target: Int, _ cuts: [Cut]) {
        self.port = port
        self.target = target
        self.cuts = Mutex(cuts)
    }

    /// The most bytes that one connection has brought each way.
    var traffic: (up: Int, down: Int) { largest.withLock { $0 } }

    /// Runs `body` with a relay to a port: its first connections end by `cuts`, one each, and the
    /// others go on.
    static func run<Value: Sendable>(
        to target: Int, _ cuts: [Cut], _ body: (CuttingRelay) async throws -> Value
    ) async throws -> Value {
        try await listen({ CuttingRelay(port: $0, to: target, cuts) }, body)
    }

    func converse(
        on connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    ) -> @Sendable () async -> Void {
        let cut = cuts.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return { await self.relay(connection, cut) }
    }

    private struct Ended: Error {}

    private func relay(_ client: Side, _ cut: Cut?) async {
        do {
            let server = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: target) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Side(wrappingChannelSynchronously: channel)
                    }
                }
            try await client.executeThenClose { fromClient, toClient in
                try await server.executeThenClose { fromServer, toServer in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        var (up, down): (Int?, Int?) = (nil, nil)
                        switch cut {
                        case .up(let limit): up = limit
                        case .down(let limit): down = limit
                        case nil: break
                        }
                        let (upLimit, downLimit) = (up, down)
                        group.addTask {
                            try await self.pass(fromClient, to: toServer, upLimit, isUp: true)
                        }
                        group.addTask {
                            try await self.pass(fromServer, to: toClient, downLimit, isUp: false)
                        }
                        try await group.next()
                        group.cancelAll()
                    }
                }
            }
        } catch {
            // One side ended, or the cut came: both have.
        }
    }

    /// Passes bytes on until one side ends, or the limit is reached.
    private func pass(
        _ source: NIOAsyncChannelInboundStream<ByteBuffer>,
        to target: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ limit: Int?,
        isUp: Bool
    ) async throws {
        var passed = 0
        if limit == 0 { throw Ended() }
        for try await part in source {
            let bytes = part.getSlice(
                at: part.readerIndex,
                length: min(part.readableBytes, (limit ?? .max) - passed))
            guard let bytes else { throw Ended() }
            try await target.write(bytes)
            passed += bytes.readableBytes
            let sum = passed
            largest.withLock { largest in
                if isUp {
                    largest.up = max(largest.up, sum)
                } else {
                    largest.down = max(largest.down, sum)
                }
            }
            if passed == limit { throw Ended() }
        }
        throw Ended()
    }
}
