import Foundation
import NIOCore
import NIOPosix
import TestSupport

/// A host that answers nobody who connects, as one behind a router that throws packets away.
///
/// Its queue of connections is full and nobody takes one out, so the system answers no more of
/// them.
package enum SilentHost {
    /// Runs `body` with the port of such a host on this machine.
    package static func run(_ body: (Int) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        // The one that the queue has room for.
        let first = try await ClientBootstrap(group: group)
            .connect(host: "127.0.0.1", port: port).get()
        let failure: (any Error)?
        do {
            try await body(port)
            failure = nil
        } catch {
            failure = error
        }
        try? await first.close()
        try? await server.close()
        if let failure { throw failure }
    }

    /// Waits until somebody tries to connect to this port, and is not answered.
    package static func isDialled(_ port: Int) async throws {
        let hex = String(port, radix: 16, uppercase: true)
        let remote = "0100007F:" + String(repeating: "0", count: 4 - hex.count) + hex
        try await eventually("somebody dials port \(port)") {
            // Local address, remote address, state: 02 is SYN_SENT. Foundation reads one page.
            try await Program.run("cat", ["/proc/net/tcp"]).output.contains(" \(remote) 02 ")
        }
    }
}
