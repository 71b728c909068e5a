package import HTTPService
import Logging
package import ServiceLifecycle
import TestSupport

/// Services that run as a program runs them while one test asks them.
package struct RunningServices: Sendable {
    /// Where they listen.
    package let addresses: HTTPService.Addresses

    private let group: ServiceGroup

    /// Runs `body` with services, which have ended when this returns.
    ///
    /// - Parameter make: makes the services; one of them calls what is passed once it listens.
    package static func run(
        _ make: (
            _ whenReady: @escaping @Sendable (HTTPService.Addresses) -> Void
        ) throws -> [ServiceGroupConfiguration.ServiceConfiguration],
        _ body: (RunningServices) async throws -> Void
    ) async throws {
        let (ready, continuation) = AsyncStream.makeStream(of: HTTPService.Addresses.self)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: try make { continuation.yield($0) },
                logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
        async let running: Void = {
            // A start that fails gives no address.
            defer { continuation.finish() }
            try await group.run()
        }()
        var iterator = ready.makeAsyncIterator()
        guard let addresses = await iterator.next() else {
            try await running
            throw FixtureError.unexpected("the services did not start")
        }
        do {
            try await body(RunningServices(addresses: addresses, group: group))
        } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    fileprivate func stop() async { await group.triggerGracefulShutdown() }
}

/// What a test asks over HTTP on loopback while it runs.
package protocol ServedOnLoopback: Sendable {
    var services: RunningServices { get }
}

extension ServedOnLoopback {
    /// The port on 127.0.0.1.
    package var port: Int { services.addresses.listen.port }

    /// Asks the services to stop; they still answer what they have accepted.
    package func stop() async { await services.stop() }

    /// Sends one request on a connection of its own and returns its answer.
    package func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil,
        port: Int? = nil, tls: [String]? = nil, from address: String? = nil
    ) async throws -> HTTPAnswer {
        try await Connection.open(
            port: port ?? self.port, tls: tls, from: address
        ) { connection in
            try await connection.send(method, path, headers: headers, body: body)
            return try await connection.answer(isHead: method == "HEAD")
        }
    }
}
