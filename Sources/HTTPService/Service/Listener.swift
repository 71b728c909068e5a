import Files
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// One place at which the server accepts connections.
struct Listener: Service {
    /// Connections that may wait to be accepted.
    private static let backlog = 1024

    /// Time for a connection to be handed to its event loop: it takes microseconds.
    private static let handoverTime = TimeAmount.seconds(1)

    /// A place to listen at.
    enum Place: Sendable {
        case address(ListenAddress)

        /// A Unix socket at which only its owner and root are heard: see ``PeerGuard``.
        case socket(LocalSocket)
    }

    private let place: Place
    private let certificate: TLSCertificate?
    private let logger: Logger
    private let responder: RouteResponder
    private let answersDirectly: Bool
    private let whenListening: @Sendable (Int?) -> Void

    /// Creates a listener, which speaks TLS where there is a certificate.
    ///
    /// Where it `answersDirectly`, what can be answered on the event loop is (``DirectAnswers``).
    /// `whenListening` gets the port once connections are accepted.
    init(
        _ place: Place, certificate: TLSCertificate? = nil, logger: Logger,
        responder: RouteResponder,
        answersDirectly: Bool = false, whenListening: @escaping @Sendable (Int?) -> Void
    ) {
        self.place = place
        self.certificate = certificate
        self.logger = logger
        self.responder = responder
        self.answersDirectly = answersDirectly
        self.whenListening = whenListening
    }

    private var shared: Shared { responder.shared }

    func run() async throws {
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                shared.end()
            }
            try removeSocket()
        } catch let error as FileError {
            throw ServerError(place: error.path, reason: error.words)
        } catch let error as IOError {
            throw ServerError(place: "\(place)", reason: Self.reason(error))
        } catch is SocketAddressError.UnknownHost {
            throw ServerError(place: "\(place)", reason: "unknown host")
        }
    }

    private var application: Application<RouteResponder> {
        let shared = shared
        var configuration = ApplicationConfiguration(
            address: place.bindAddress, backlog: Self.backlog)
        configuration.availableConnectionsDelegate = ConnectionCount(
            connections: shared.connections)
        // What the framework says at `info` we say ourselves.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder,
            server: server,
            configuration: configuration,
            onServerRunning: { channel in
                takeSocket()
                channel.setOption(.maxMessagesPerRead, value: shared.limits.accepted).whenFailure {
                    warn("connections are accepted slowly", of: $0)
                }
                channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptGuard(shared), position: .first)
                }.whenFailure {
                    warn("connections are not shared among clients", of: $0)
                }
                channel.closeFuture.whenComplete { _ in
                    channel.eventLoop.scheduleTask(in: Self.handoverTime) {
                        shared.closeForgotten()
                    }
                }
                whenListening(channel.localAddress?.port)
            },
            logger: quiet)
    }

    /// Says what a listener lacks, but for one that has ended meanwhile: it takes no connections.
    private func warn(_ words: String, of error: any Error) {
        switch error {
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed:
            logger.debug("a listener ended as it began", metadata: ["error": "\(error)"])
        default: logger.warning("\(words): \(error)")
        }
    }

    private var server: HTTPServerBuilder {
        let shared = shared
        let direct = answersDirectly ? responder : nil
        let turns = TurnTable()
        let place = place
        let certificate = certificate
        return HTTPServerBuilder { responder in
            let http = HTTPChannel(
                responder: responder, shared: shared, first: { place.guards },
                last: { direct.map { [DirectAnswers($0, turns)] } ?? [] })
            // What a local socket is asked for takes long: no loop must wait for it.
            guard case .address = place else { return http }
            guard let certificate else {
                return LoopBound(
                    child: http, limits: shared.limits, turns: turns,
                    readBytes: shared.limits.readBytes)
            }
            return LoopBound(
                child: SecureChannel(side: .client(certificate), http: http, shared: shared),
                limits: shared.limits, turns: turns, readBytes: shared.limits.secureReadBytes)
        }
    }

    private func takeSocket() {
        guard case .socket(let socket) = place else { return }
        do throws(FileError) {
            try socket.bound()
        } catch {
            // Nobody but its owner is heard there all the same; its name stays when we end.
            logger.warning("\(error)")
        }
    }

    private func removeSocket() throws(FileError) {
        guard case .socket(let socket) = place else { return }
        try socket.remove()
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the port is in use"
        case EACCES: "permission denied"
        case EADDRNOTAVAIL: "no such address on this machine"
        default: "cannot listen: \(error)"
        }
    }
}

extension Listener.Place: CustomStringConvertible {
    var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .socket(let socket): socket.path
        }
    }

    /// The handler that sees a connection before anything of it is read.
    fileprivate var guards: [any RemovableChannelHandler] {
        switch self {
        case .address: []
        case .socket: [PeerGuard()]
        }
    }

    fileprivate var bindAddress: BindAddress {
        switch self {
        case .address(let address): .hostname(address.host, port: address.port)
        case .socket(let socket): .unixDomainSocket(path: socket.address)
        }
    }
}
