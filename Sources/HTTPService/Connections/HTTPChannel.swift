import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// One connection of HTTP/1.1, or one stream of HTTP/2.
///
///     bytes ─► ArrivalObserver ─► decoder ─► HTTP1Codec ─► ConnectionGuard ─► DirectAnswers
///         ─► the framework's task
struct HTTPChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: Responder
    let shared: Shared

    /// The handler that sees a connection before anything of it is read.
    let first: @Sendable () -> [any RemovableChannelHandler]

    /// What answers by itself, behind the guard.
    let last: @Sendable () -> [any RemovableChannelHandler]

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let wire = ConnectionGuard.Wire(arrivals: ArrivalObserver(), codec: HTTP1Codec())
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = shared.limits.headerBytes
            decoding.maxHeaderListSize = shared.limits.headerBytes
            decoding.maxHeaderFieldCount = shared.limits.headerFields
            try pipeline.addHandlers(first())
            try pipeline.addHandler(wire.arrivals)
            try pipeline.addHandler(
                ByteToMessageHandler(
                    HTTPRequestDecoder(
                        leftOverBytesStrategy: .dropBytes, limitConfiguration: decoding)))
            try pipeline.addHandler(wire.codec)
            try pipeline.addHandler(ConnectionGuard(shared, wire: wire))
            try pipeline.addHandlers(last())
            return try Self.value(wrapping: channel)
        }
    }

    /// Makes the channel of a stream, whose frames are turned into HTTP's parts already.
    func setup(stream: any Channel) throws -> Value {
        try stream.pipeline.syncOperations.addHandler(ConnectionGuard(shared))
        return try Self.value(wrapping: stream)
    }

    /// What one read brings is taken before the next one.
    ///
    /// Who takes a body may be later than the event loop, the more so on a busy machine. What waits
    /// for it is one read at most, and its room was taken before (``Exchange/bodyReadBytes``).
    private static func value(wrapping channel: any Channel) throws -> Value {
        let value = try Value(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1),
                isOutboundHalfClosureEnabled: true))
        // A connection that is accepted while its listener ends is handled by nobody: a value that
        // is released before its channel has closed traps.
        channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
        return value
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
