import Encoding
import NIOCore
import NIOPosix
import Studio
import Synchronization

/// Requests that are sent over some connections, each once, and what became of them.
///
/// One thread sends them all, from this process; it shares the machine with the server.
final class Load: Sendable {
    private struct State {
        var next = 0
        var nanoseconds: [Int64] = []
        var statuses: [Int: Int] = [:]
        var lost = 0
        var end = NIODeadline.distantPast
    }

    private let requests: [ByteBuffer]
    /// The time between two requests; nil sends each as soon as a connection is free.
    private let interval: TimeAmount?
    private let state = Mutex(State())
    private let start = Mutex(NIODeadline.distantPast)

    /// Prepares `requests`; with a rate they are due at that many a second, however slow the server
    /// is, and a request that had to wait for a free connection has waited.
    init(_ requests: [ByteBuffer], perSecond rate: Double? = nil) {
        self.requests = requests
        interval = rate.map { .nanoseconds(Int64(1_000_000_000 / $0)) }
    }

    /// Returns the bytes of a POST.
    static func post(_ path: String, _ type: String, _ body: [UInt8]) -> ByteBuffer {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: bench\r\nContent-Type: \(type)\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        var buffer = ByteBuffer()
        buffer.reserveCapacity(head.utf8.count + body.count)
        buffer.writeString(head)
        buffer.writeBytes(body)
        return buffer
    }

    /// Returns the bodies of `POST /batch` with all `records`, in order, so many in each.
    static func batches(
        of records: ArraySlice<SignedRecord>, items: Int = Sample.batchItems
    ) -> [ByteBuffer] {
        stride(from: records.startIndex, to: records.endIndex, by: items).map {
            var body: [UInt8] = []
            for record in records[$0..<min($0 + items, records.endIndex)] {
                CBOR.append(record.bytes, to: &body)
            }
            return post("/batch", "application/cbor-seq", body)
        }
    }

    /// Returns a `POST /entries` for each of `records`.
    static func entries(of records: ArraySlice<SignedRecord>) -> [ByteBuffer] {
        records.map { post("/entries", "application/cose", $0.bytes) }
    }

    /// Sends everything and returns when all is answered.
    ///
    /// - Throws: where a connection broke, or an answer was not 200 or 201.
    func run(port: Int, connections: Int) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var channels: [any Channel] = []
        for _ in 0..<min(connections, requests.count) {
            let bootstrap = ClientBootstrap(group: group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(LoadConnection(self))
                    }
                }
            channels.append(try await bootstrap.connect(host: "127.0.0.1", port: port).get())
        }
        let begin = NIODeadline.now()
        start.withLock { $0 = begin }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(LoadConnection.Begin())
        }
        for channel in channels {
            try? await channel.closeFuture.get()
        }
        try await group.shutdownGracefully()
        return try state.withLock { state in
            let good = state.statuses[200, default: 0] + state.statuses[201, default: 0]
            guard good == requests.count else {
                throw BenchError(
                    "\(requests.count) requests, but statuses \(state.statuses), "
                        + "\(state.lost) lost")
            }
            let seconds = Double((state.end - begin).nanoseconds) / 1e9
            return LoadResult(
                count: good, seconds: seconds, latencies: Latencies(state.nanoseconds))
        }
    }

    /// Hands out the next request with the time at which it is due.
    func take() -> (request: ByteBuffer, due: NIODeadline)? {
        let next = state.withLock { state -> Int? in
            guard state.next < requests.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
        guard let next else { return nil }
        guard let interval else { return (requests[next], .now()) }
        return (requests[next], start.withLock { $0 } + interval * next)
    }

    /// Whether each request has been handed out: the last ones may not be answered yet.
    var isHandedOut: Bool { state.withLock { $0.next == requests.count } }

    /// Whether a request was refused, or lost with its connection: ``run(port:connections:)`` will
    /// throw.
    var isBroken: Bool {
        state.withLock { state in
            state.lost > 0 || state.statuses.keys.contains { $0 != 200 && $0 != 201 }
        }
    }

    func finish(status: Int, due: NIODeadline?) {
        let now = NIODeadline.now()
        state.withLock { state in
            state.statuses[status, default: 0] += 1
            if let due { state.nanoseconds.append((now - due).nanoseconds) }
            state.end = now
        }
    }

    func lose() {
        state.withLock { $0.lost += 1 }
    }
}

/// What a load found.
struct LoadResult {
    let count: Int
    let seconds: Double
    let latencies: Latencies

    var perSecond: Double { Double(count) / seconds }
}
