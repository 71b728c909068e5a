import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOSSL
import NIOTLS

/// One connection over TLS, which speaks HTTP/2 or HTTP/1.1 as ALPN (RFC 7301) settles it.
///
/// Whoever has opened the connection, the other end sends the requests: a bastion's is one that we
/// have opened, and speaks HTTP/2 only.
///
///     TLS ─► ALPN ─┬─► HTTP/1.1 ─► ConnectionGuard ─► DirectAnswers ─► what these leave
///                  └─► HTTP2Wire ─► HTTP/2 ─► HTTP2Guard
///                         └─► each stream ─► ConnectionGuard ─► its one request
///
/// Until the protocol is settled a ``HandshakeGuard`` holds the connection to its time.
struct SecureChannel: ServerChildChannel {
    /// The negotiated protocol.
    enum Negotiated: Sendable {
        case http1(HTTPChannel.Value)
        case http2(NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>)
    }

    /// A stream, and its place among all.
    struct Stream: Sendable {
        let value: HTTPChannel.Value
        let place: StreamPlace
    }

    /// A connection whose protocol is about to be known.
    struct Value: ServerChildChannelValue {
        let negotiated: EventLoopFuture<Negotiated>
        let channel: any Channel
    }

    /// Who has opened the connection.
    enum Side: Sendable {
        /// A client; it is shown this certificate.
        case client(TLSCertificate)

        /// We have, to this bastion.
        case own(Bastion, FailureNote)
    }

    let side: Side
    let http: HTTPChannel
    let shared: Shared

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            switch side {
            case .client(let certificate):
                try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
            case .own(let bastion, let note):
                try pipeline.addHandler(
                    try NIOSSLClientHandler(
                        context: bastion.context, serverHostname: bastion.serverName))
                try pipeline.addHandler(note)
            }
            let handshake = HandshakeGuard(shared)
            let alpn = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result in
                channel.pipeline.syncOperations.removeHandler(handshake).flatMap {
                    settle(result, channel, logger)
                }
            }
            try pipeline.addHandler(alpn)
            try pipeline.addHandler(handshake)
            return Value(negotiated: alpn.protocolNegotiationResult, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.negotiated.get() {
            case .http1(let connection):
                await http.handle(value: connection, logger: logger)
            case .http2(let connection):
                try await withThrowingDiscardingTaskGroup { group in
                    for try await stream in connection.inbound {
                        group.addTask {
                            await http.handle(value: stream.value, logger: logger)
                            withExtendedLifetime(stream.place) {}
                        }
                    }
                }
            }
        } catch {
            logger.trace("connection ended: \(error)")
        }
    }

    private func settle(
        _ result: ALPNResult, _ channel: any Channel, _ logger: Logger
    ) -> EventLoopFuture<Negotiated> {
        switch (result, side) {
        case (.negotiated("h2"), .client), (.negotiated(Bastion.applicationProtocol), .own):
            channel.eventLoop.makeCompletedFuture { .http2(try configureHTTP2(channel)) }
        case (_, .own):
            channel.close().flatMapThrowing { throw NoBastion() }
        // A client without ALPN speaks HTTP/1.1.
        case (_, .client):
            http.setup(channel: channel, logger: logger).map { .http1($0) }
        }
    }

    private func configureHTTP2(
        _ channel: any Channel
    ) throws -> NIOHTTP2Handler.AsyncStreamMultiplexer<Stream> {
        let pipeline = channel.pipeline.syncOperations
        let peer = shared.clients.peer(of: channel)
        let connection = HTTP2Guard(shared, isOfOneClient: !peer.isProxy)
        try pipeline.addHandler(connection.wire)
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let streams = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server, configuration: shared.limits.http2
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try bound.value.watch(stream)
                // Without one the library resets the stream, and nobody handles it.
                guard
                    let place = StreamPlace(shared, of: peer, { bound.value.watchTask() })
                else { throw TooManyStreams() }
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                return Stream(value: try http.setup(stream: stream), place: place)
            }
        }
        try pipeline.addHandler(connection)
        if case .own(let bastion, _) = side {
            try pipeline.addHandler(BastionPulse(bastion.pulse))
        }
        return streams
    }
}

/// The other end of a connection that we have opened does not speak a bastion's protocol.
struct NoBastion: Error {}

/// There is no place for one more stream.
private struct TooManyStreams: Error {}

extension ServiceLimits {
    /// The settings of the HTTP/2 library.
    ///
    /// It ends the connection by itself where a client sends more than 200 RST_STREAM (rapid
    /// reset), more than 200 PING, SETTINGS or PRIORITY, or more than 200 stream errors in 30 s;
    /// more than 5 CONTINUATION in a row; more than one empty DATA in a row; or a header block
    /// over its limit.
    fileprivate var http2: NIOHTTP2Handler.Configuration {
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: streamsPerConnection),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        configuration.connection.targetWindowSize = connectionWindow
        configuration.connection.maximumBufferedControlFrames = bufferedControlFrames
        configuration.stream.targetWindowSize = streamWindow
        return configuration
    }
}
