package import NIOCore
import NIOPosix
package import NIOSSL

/// What takes connections on a free port of 127.0.0.1 while a test runs it.
package protocol LoopbackPeer: Sendable {
    /// Takes a connection, in the order in which they come; returns what converses on it, beside
    /// the others.
    func converse(
        on connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    ) -> @Sendable () async -> Void
}

extension LoopbackPeer {
    /// Runs `body` with the peer that `make` makes for a port; it has ended when this returns.
    package static func listen<Value: Sendable>(
        tls: NIOSSLContext? = nil, _ make: (_ port: Int) -> Self,
        _ body: (Self) async throws -> Value
    ) async throws -> Value {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: tls))
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let peer = make(listener.channel.localAddress?.port ?? 0)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await peer.serve(listener) }
            let value = try await body(peer)
            group.cancelAll()
            return value
        }
    }

    private func serve(
        _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    ) async throws {
        try await listener.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections {
                        let conversation = converse(on: connection)
                        group.addTask { await conversation() }
                    }
                } catch {
                    // The test is over.
                }
                group.cancelAll()
            }
        }
    }
}
