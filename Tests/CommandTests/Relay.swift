import Foundation
import NIOCore
import NIOPosix
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Stands between `colophon` and a ledger, and does there what it is told.
final class Relay: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        let method: String
        let path: String
        let fields: [String: String]
        let body: [UInt8]

        /// Reads a request; nil while bytes of it are missing.
        init?(_ bytes: [UInt8]) {
            guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                .components(separatedBy: "\r\n")
            let words = lines[0].components(separatedBy: " ")
            guard words.count == 3 else { return nil }
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                    .trimmingCharacters(in: .whitespaces)
            }
            let body = bytes[end.upperBound...]
            guard body.count >= Int(fields["content-length"] ?? "") ?? 0 else { return nil }
            (method, path) = (words[0], words[1])
            self.fields = fields
            self.body = Array(body)
        }
    }

    /// An answer as it is given.
    struct Answer: Sendable {
        var status: Int
        var type: String
        var body: [UInt8]
    }

    /// What happens at the moments of an exchange.
    struct Conduct: Sendable {
        /// Before a request goes on; an answer here is given in the ledger's place.
        var before: @Sendable (Request) async -> Answer? = { _ in nil }

        /// Once the ledger has answered; what is returned is given.
        var after: @Sendable (Request, Answer) async -> Answer = { $1 }

        /// Once the answer is on its way.
        var done: @Sendable (Request) async -> Void = { _ in }
    }

    private let channel: any Channel

    /// Listens on a free port.
    init(to ledger: String, _ conduct: Conduct = Conduct()) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let reader = Reader(exchange: Exchange(ledger: ledger, conduct: conduct))
                    try channel.pipeline.syncOperations.addHandler(reader)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Where it listens.
    var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    private struct Exchange: Sendable {
        let ledger: String
        let conduct: Conduct

        func run(_ request: Request, on channel: any Channel) async {
            do {
                var answer = await conduct.before(request)
                if answer == nil {
                    answer = await conduct.after(request, try await forward(request))
                }
                if let answer { try await channel.writeAndFlush(Self.bytes(of: answer)) }
                await conduct.done(request)
                try await channel.close()
            } catch {
                // Who asked is gone, or the ledger is: the connection's end says so.
                channel.close(promise: nil)
            }
        }

        private func forward(_ request: Request) async throws -> Answer {
            guard let url = URL(string: ledger + request.path) else { throw URLError(.badURL) }
            var forwarded = URLRequest(url: url)
            forwarded.httpMethod = request.method
            for name in ["accept", "content-type"] {
                forwarded.setValue(request.fields[name], forHTTPHeaderField: name)
            }
            if request.method == "POST" { forwarded.httpBody = Data(request.body) }
            let (body, head) = try await URLSession.shared.data(for: forwarded)
            guard let head = head as? HTTPURLResponse else { throw URLError(.badServerResponse) }
            return Answer(
                status: head.statusCode,
                type: head.value(forHTTPHeaderField: "Content-Type") ?? "text/plain",
                body: Array(body))
        }

        private static func bytes(of answer: Answer) -> ByteBuffer {
            var buffer = ByteBuffer(
                string: "HTTP/1.1 \(answer.status) Relayed\r\nContent-Type: \(answer.type)\r\n"
                    + "Content-Length: \(answer.body.count)\r\nConnection: close\r\n\r\n")
            buffer.writeBytes(answer.body)
            return buffer
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let exchange: Exchange
        private var bytes: [UInt8] = []
        private var isAnswering = false

        init(exchange: Exchange) {
            self.exchange = exchange
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytesView
            guard !isAnswering, let request = Request(bytes) else { return }
            isAnswering = true
            let (exchange, channel) = (exchange, context.channel)
            Task { await exchange.run(request, on: channel) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
