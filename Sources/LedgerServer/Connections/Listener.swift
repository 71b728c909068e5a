import Files
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// One place at which the server accepts connections.
struct Listener<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    /// Connections that may wait to be accepted.
    private static var backlog: Int { 1024 }

    /// A place to listen at.
    enum Place: Sendable {
        case address(ListenAddress)

        /// A Unix socket at which only its owner and root are heard: see ``PeerGuard``.
        case socket(LocalSocket)
    }

    private let place: Place
    private let certificate: TLSCertificate?
    private let limits: ServerLimits
    private let logger: Logger
    private let responder: Responder
    private let direct: LedgerResponder?
    private let whenListening: @Sendable (Int?) -> Void

    /// Creates a listener, which speaks TLS where there is a certificate.
    ///
    /// What `direct` can answer on the event loop, it does; all else is the responder's.
    /// `whenListening` gets the port once connections are accepted.
    init(
        place: Place, certificate: TLSCertificate? = nil, limits: ServerLimits, logger: Logger,
        responder: Responder, direct: LedgerResponder? = nil,
        whenListening: @escaping @Sendable (Int?) -> Void
    ) {
        self.place = place
        self.certificate = certificate
        self.limits = limits
        self.logger = logger
        self.responder = responder
        self.direct = direct
        self.whenListening = whenListening
    }

    func run() async throws {
        do {
            try await application.run()
            try removeSocket()
        } catch let error as FileError {
            throw ServerError(place: error.path, reason: error.words)
        } catch let error as IOError {
            throw ServerError(place: "\(place)", reason: Self.reason(error))
        } catch is SocketAddressError.UnknownHost {
            throw ServerError(place: "\(place)", reason: "unknown host")
        }
    }

    private var application: Application<Responder> {
        let limits = limits
        var configuration = ApplicationConfiguration(
            address: place.bindAddress, backlog: Self.backlog)
        let count = ConnectionCount(limits: limits)
        configuration.availableConnectionsDelegate = ConnectionCount.Delegate(count: count)
        // What the framework says at `info` we say ourselves.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder,
            server: server(count),
            configuration: configuration,
            onServerRunning: { channel in
                takeSocket()
                channel.setOption(.maxMessagesPerRead, value: limits.accepted).whenFailure {
                    logger.warning("connections are accepted slowly: \($0)")
                }
                whenListening(channel.localAddress?.port)
            },
            logger: quiet)
    }

    private func server(_ count: ConnectionCount) -> HTTPServerBuilder {
        let limits = limits
        let direct = direct
        let turns = TurnTable()
        let http1 = HTTP1Channel.Configuration(
            additionalChannelHandlers: place.guards
                + [ConnectionGuard(limits: limits, count: count)]
                + (direct.map { [DirectAnswers($0, turns)] } ?? []),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes,
                maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields))
        guard let certificate else {
            // What the control socket is asked for takes long: no loop must wait for it.
            guard case .address = place else { return .http1(configuration: http1) }
            return HTTPServerBuilder { responder in
                LoopBound(
                    child: HTTP1Channel(responder: responder, configuration: http1),
                    limits: limits, turns: turns, readBytes: limits.readBytes)
            }
        }
        let streams = StreamCount(limits: limits)
        return HTTPServerBuilder { responder in
            LoopBound(
                child: SecureChannel(
                    certificate: certificate,
                    http1: HTTP1Channel(responder: responder, configuration: http1),
                    limits: limits, count: count, streams: streams),
                limits: limits, turns: turns, readBytes: limits.secureReadBytes)
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

    /// What looks at a connection before anything of it is read.
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
