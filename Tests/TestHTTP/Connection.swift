import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// One TCP connection, byte by byte as a test wants it.
package final class Connection {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer: [UInt8] = []

    /// Ends the connection where bytes do not come for longer than a test waits.
    private let alarm: Alarm

    private final class Alarm: Sendable {
        private let rung = Atomic(false)

        var hasRung: Bool { rung.load(ordering: .relaxed) }

        func ring() { rung.store(true, ordering: .relaxed) }
    }

    private init(
        _ alarm: Alarm, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.alarm = alarm
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, runs `body` and closes; with protocols for ALPN it speaks TLS.
    ///
    /// The kernel holds as much of what is not yet read as it likes, or about `receiveBytes`. It
    /// comes from `address`, where there is one.
    package static func open<Value: Sendable>(
        port: Int, tls protocols: [String]? = nil, receiveBytes: Int? = nil,
        from address: String? = nil,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
        if let receiveBytes {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf), value: .init(receiveBytes))
        }
        if let address {
            bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0))
        }
        let channel =
            try await bootstrap
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let protocols { try secure(channel, protocols) }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await use(channel, body)
    }

    /// Runs `body` with a connection that stands, and closes it.
    static func use<Value: Sendable>(
        _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let alarm = Alarm()
        let bound = channel.channel.eventLoop.scheduleTask(in: .minutes(Int64(Patience.minutes))) {
            alarm.ring()
            channel.channel.close(promise: nil)
        }
        defer { bound.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Connection(alarm, inbound, outbound))
        }
    }

    /// Puts TLS before everything else; who answers is not checked.
    private static func secure(_ channel: any Channel, _ protocols: [String]) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = protocols
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Sends text as it is.
    package func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Sends a request with a body of known length, or none.
    package func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws {
        var fields = ["Host": "localhost"]
        if let body { fields["Content-Length"] = "\(body.count)" }
        fields.merge(headers) { $1 }
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        try await send(Array("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + (body ?? []))
    }

    /// Sends bytes as one chunk of a chunked body.
    package func sendChunk(_ bytes: [UInt8]) async throws {
        let head = String(bytes.count, radix: 16) + "\r\n"
        try await send(Array(head.utf8) + bytes + Array("\r\n".utf8))
    }

    /// Sends these bytes again and again, slowly, while `body` runs.
    ///
    /// The server may be done with us before we are.
    package func dripping(_ bytes: [UInt8], while body: () async throws -> Void) async throws {
        let drip = Task { [outbound] in
            while true {
                try await outbound.write(ByteBuffer(bytes: bytes))
                try await pause(atLeast: .milliseconds(50))
            }
        }
        defer { drip.cancel() }
        try await body()
    }

    /// Says that nothing more will be sent, and goes on listening.
    package func finishSending() {
        outbound.finish()
    }

    /// Reads one answer, its body and all.
    package func answer(isHead: Bool = false) async throws -> HTTPAnswer {
        try await rest(of: head(), isHead: isHead)
    }

    /// Reads the body of an answer whose head was read.
    package func rest(of head: HTTPAnswer, isHead: Bool) async throws -> HTTPAnswer {
        var answer = head
        guard !isHead, answer.status >= 200, ![204, 304].contains(answer.status) else {
            return answer
        }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try await chunk() { answer.body += chunk }
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            answer.body = try await take(length)
        } else {
            answer.body = try await rest()
        }
        return answer
    }

    /// Reads one answer's status and fields.
    package func head() async throws -> HTTPAnswer {
        let status = try await line().split(separator: " ")
        guard status.count > 1, let code = Int(status[1]) else {
            throw FixtureError.unexpected("\(status)")
        }
        var answer = HTTPAnswer(status: code)
        while true {
            let line = try await line()
            guard !line.isEmpty else { return answer }
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.fields[parts[0].lowercased(), default: []].append(
                parts[1].trimmingCharacters(in: .whitespaces))
        }
    }

    /// Reads one chunk of a chunked body; nil for the last.
    package func chunk() async throws -> [UInt8]? {
        guard let length = Int(try await line(), radix: 16) else {
            throw FixtureError.unexpected("no chunk")
        }
        let bytes = try await take(length)
        _ = try await line()
        return length == 0 ? nil : bytes
    }

    /// Whether neither bytes nor an end came for as long as a test waits.
    package var isTooLate: Bool { alarm.hasRung }

    /// Whether the server closes without another byte.
    package func isClosed() async -> Bool {
        guard buffer.isEmpty else { return false }
        do {
            return try await next() == nil
        } catch {
            return !alarm.hasRung
        }
    }

    private func line() async throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = buffer[..<end].filter { $0 != 0x0D }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            try await receive()
        }
    }

    /// Reads as many bytes.
    package func take(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count { try await receive() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    /// Reads all that still comes.
    package func rest() async throws -> [UInt8] {
        while let bytes = try await next() { buffer += bytes.readableBytesView }
        defer { buffer = [] }
        return buffer
    }

    private func next() async throws -> ByteBuffer? {
        let bytes = try await inbound.next()
        guard bytes != nil || !alarm.hasRung else {
            throw FixtureError.unexpected("neither bytes nor an end in \(Patience.minutes) minutes")
        }
        return bytes
    }

    private func receive() async throws {
        guard let bytes = try await next() else {
            throw FixtureError.unexpected("the connection was closed")
        }
        buffer += bytes.readableBytesView
    }
}
