import HTTPTypes
import HummingbirdCore
import Jobs
import Logging
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// One connection that we open, and on which others send us requests; opened again where it ends.
///
///     dialler ──TLS──► bastion          the bastion is the server of TLS
///     dialler ◄─HTTP/2─ bastion ◄── clients          and the client of HTTP/2
///
/// Requests are answered by the same routes, within the same limits, as those of a ``Listener``.
struct Dialler: Service {
    private let bastion: Bastion
    private let logger: Logger
    private let responder: RouteResponder
    private let connection = Connection()

    /// 1 while the bastion can send requests, else 0.
    private let gauge: Gauge

    /// The connection that there is.
    private final class Connection: Sendable {
        private let channel = Mutex<(any Channel)?>(nil)

        func stands(_ new: any Channel) {
            channel.withLock { $0 = new }
        }

        /// Tells the other end that no more requests are taken.
        func end() {
            let channel = channel.withLock { $0 }
            channel?.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    init(
        _ bastion: Bastion, metrics: MetricsRegistry, logger: Logger, responder: RouteResponder
    ) {
        self.bastion = bastion
        self.logger = logger
        self.responder = responder
        gauge = Gauge(label: "colophon_bastion_connected", factory: metrics)
        gauge.record(0)
    }

    private var shared: Shared { responder.shared }

    func run() async {
        await withGracefulShutdownHandler {
            await keepConnected()
        } onGracefulShutdown: {
            shared.end()
            connection.end()
        }
    }

    private func keepConnected() async {
        let backoff = Backoff(first: bastion.firstWait, longest: bastion.longestWait)
        var failures = 0
        while !shared.isEnding, !Task.isCancelled {
            let start = ContinuousClock.now
            let failure = await connectAndServe()
            guard !shared.isEnding, !Task.isShuttingDownGracefully else { return }
            failures = ContinuousClock.now - start >= bastion.longestWait ? 1 : failures + 1
            let wait = backoff.wait(after: failures)
            logger.warning(
                "no connection to the bastion",
                metadata: [
                    "bastion": "\(bastion.place)", "reason": "\(failure)", "again_in": "\(wait)",
                ])
            // Ended early where the service is to end.
            await cancelWhenGracefulShutdown {
                do { try await Task.sleep(for: wait) } catch { return }
            }
        }
    }

    /// Connects, answers what comes until the connection ends, and says why it did.
    private func connectAndServe() async -> BastionFailure {
        let note = FailureNote()
        let child = child(note)
        do {
            let value = try await connected(child)
            connection.stands(value.channel)
            if shared.isEnding { connection.end() }
            _ = try await value.negotiated.get()
            logger.info("reached through a bastion", metadata: ["address": "\(bastion.address)"])
            gauge.record(1)
            defer { gauge.record(0) }
            await child.handle(value: value, logger: logger)
            value.channel.close(promise: nil)
            return note.error.map { BastionFailure($0, isConnected: true) } ?? .ended
        } catch {
            let first = error is NoBastion ? error : note.error ?? error
            return BastionFailure(first, isConnected: false)
        }
    }

    /// Connects; throws at once where the service is to end, for a host may be silent, and so may
    /// whoever knows its address.
    private func connected(
        _ child: LoopBound<SecureChannel>
    ) async throws -> SecureChannel.Value {
        let (ends, end) = AsyncStream.makeStream(of: Result<SecureChannel.Value, any Error>.self)
        Task {
            do {
                let value = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .connectTimeout(TimeAmount(bastion.connectTime))
                    .connect(host: bastion.place.host, port: bastion.place.port) { channel in
                        child.setup(channel: channel, logger: logger)
                    }
                // Where nobody waits any more it is of no use.
                if case .terminated = end.yield(.success(value)) {
                    value.channel.close(promise: nil)
                }
            } catch {
                end.yield(.failure(error))
            }
            end.finish()
        }
        return try await cancelWhenGracefulShutdown {
            for await result in ends { return try result.get() }
            throw CancellationError()
        }
    }

    private func child(_ note: FailureNote) -> LoopBound<SecureChannel> {
        let responder = responder
        let http = HTTPChannel(
            responder: { request, writer, channel in
                var response = await responder.respond(to: request, context: .init(of: channel))
                response.headers[.date] = responder.date.now
                try await writer.write(response: response.head, body: response.body)
            }, shared: shared, first: { [] }, last: { [] })
        return LoopBound(
            child: SecureChannel(side: .own(bastion, note), http: http, shared: shared),
            limits: shared.limits, turns: TurnTable(), readBytes: shared.limits.secureReadBytes)
    }
}
