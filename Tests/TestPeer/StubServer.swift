package import NIOCore
package import NIOSSL
import Synchronization

/// A server on loopback that answers each request of HTTP/1.1 as it is told.
package final class StubServer: LoopbackPeer {
    /// What arrived.
    package struct Request: Sendable {
        package let method: String

        /// The path with its query.
        package let path: String

        /// Fields by their names in lower case; the last of a name counts.
        package let fields: [String: String]

        package let body: [UInt8]
    }

    /// What goes back.
    package enum Answer: Sendable, CustomStringConvertible {
        /// A whole answer, after which the connection stays open.
        case whole(Int, [String: String] = [:], [UInt8] = [])

        /// These bytes, whatever they are, and then the end of the connection.
        case broken([UInt8])

        /// These bytes, and then nothing until the other side ends the connection.
        case stalled([UInt8])

        /// Counts the bytes, which may be millions.
        package var description: String {
            switch self {
            case .whole(let status, let fields, let body):
                "\(status) \(fields), \(body.count) bytes"
            case .broken(let bytes): "\(bytes.count) bytes, and the end"
            case .stalled(let bytes): "\(bytes.count) bytes, and nothing more"
            }
        }
    }

    package typealias Answering = @Sendable (Request) async -> Answer
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// The port on 127.0.0.1.
    package let port: Int

    private let answer: Answering
    private let log = Mutex<[Request]>([])

    private init(port: Int, _ answer: @escaping Answering) {
        self.port = port
        self.answer = answer
    }

    /// All requests so far, in the order in which they were complete.
    package var requests: [Request] { log.withLock { $0 } }

    /// Runs `body` with a server, which has ended when this returns.
    package static func run<Value: Sendable>(
        tls: NIOSSLContext? = nil, answering answer: @escaping Answering,
        _ body: (StubServer) async throws -> Value
    ) async throws -> Value {
        try await listen(tls: tls, { StubServer(port: $0, answer) }, body)
    }

    /// Runs `body` with a server for each of these, one after the other; it is given their ports.
    package static func run<Value: Sendable>(
        answering answers: [Answering], _ body: ([Int]) async throws -> Value
    ) async throws -> Value {
        try await run(answering: answers[...], ports: [], depth: answers.count, body)
    }

    private static func run<Value: Sendable>(
        answering answers: ArraySlice<Answering>, ports: [Int], depth: Int,
        _ body: ([Int]) async throws -> Value
    ) async throws -> Value {
        guard depth > 0, let answer = answers.first else { return try await body(ports) }
        return try await run(answering: answer) { server in
            try await run(
                answering: answers.dropFirst(), ports: ports + [server.port], depth: depth - 1,
                body)
        }
    }

    package func converse(
        on connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    ) -> @Sendable () async -> Void {
        { await self.converse(connection) }
    }

    private func converse(_ connection: Connection) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                // A connection has one reader.
                var parts = inbound.makeAsyncIterator()
                var bytes: [UInt8] = []
                while let part = try await parts.next() {
                    bytes += part.readableBytesView
                    while let request = Request(takenFrom: &bytes) {
                        log.withLock { $0.append(request) }
                        switch await answer(request) {
                        case .whole(let status, let fields, let body):
                            let isHead = request.method == "HEAD"
                            try await outbound.write(Self.whole(status, fields, body, isHead))
                        case .broken(let bytes):
                            try await outbound.write(ByteBuffer(bytes: bytes))
                            return
                        case .stalled(let bytes):
                            try await outbound.write(ByteBuffer(bytes: bytes))
                            while try await parts.next() != nil {}
                            return
                        }
                    }
                }
            }
        } catch {
            // The other side broke off, or the test is over.
        }
    }

    private static func whole(
        _ status: Int, _ fields: [String: String], _ body: [UInt8], _ isHead: Bool
    ) -> ByteBuffer {
        var head = "HTTP/1.1 \(status) Stub\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        return ByteBuffer(bytes: Array((head + "\r\n").utf8) + (isHead ? [] : body))
    }
}

extension StubServer.Request {
    /// Takes one request off the front; nil where it is not whole.
    ///
    /// Bodies have a length.
    init?(takenFrom bytes: inout [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        guard
            let start = bytes.indices.first(where: { bytes[$0...].prefix(4).elementsEqual(end) })
        else { return nil }
        let lines = String(decoding: bytes[..<start], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            fields[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        let rest = bytes[(start + end.count)...]
        guard rest.count >= length else { return nil }
        method = String(words[0])
        path = String(words[1])
        self.fields = fields
        body = Array(rest.prefix(length))
        bytes = Array(rest.dropFirst(length))
    }
}
