import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request from its head to its answer, with its body and the room that this takes.
///
/// Its one owner: whether the event loop brings the parts of a request (``DirectAnswers``) or the
/// framework does (``RouteResponder``), what is decided about it is decided here.
final class Call {
    let exchange: Exchange
    private let route: Route?
    private let responder: RouteResponder

    /// What has come of a body that is taken whole, and the room that it takes.
    private var body: [UInt8] = []
    private var room: Room?

    init(_ exchange: Exchange, _ responder: RouteResponder) {
        self.exchange = exchange
        self.responder = responder
        route = responder.route(of: exchange)
    }

    private var limits: ServiceLimits { responder.shared.limits }

    private func reply(_ problem: Problem) -> Reply {
        responder.routes.reply(to: problem, exchange)
    }
}

// MARK: - On the event loop

extension Call {
    /// Whether the body can be read and the answer be made on the event loop.
    ///
    /// Where not, the framework brings the parts: to what takes long, to what is written as it is
    /// made, and to what may have to be refused before its body.
    var isDirect: Bool {
        guard !exchange.headers.contains(.expect), let route, route.allows(exchange.method) else {
            return false
        }
        switch route.work {
        case .read:
            // A body that nobody reads is not read to its end.
            return !exchange.headers.contains(.transferEncoding)
                && exchange.contentLength ?? 0 == 0
        case .whole(let intake):
            do throws(Problem) {
                try intake.checkHead(of: exchange)
                return true
            } catch {
                return false
            }
        case .long, .queued, .stream: return false
        }
    }

    /// Whether the body is part of what is asked.
    var takesBody: Bool {
        if case .whole? = route?.work { true } else { false }
    }

    /// Takes the next bytes of the body; returns the answer that ends the call where there is no
    /// room for them.
    func take(_ bytes: ByteBuffer) -> Reply? {
        // The body of a request that only reads is of no use.
        guard case .whole(let intake)? = route?.work else { return nil }
        do throws(Problem) {
            try append(bytes, intake)
            return nil
        } catch {
            return reply(error)
        }
    }

    /// Answers, now that all has come: at once, or nil and later.
    func answer(_ later: @escaping Intake.Later) -> Reply? {
        do throws(Problem) {
            switch route?.work {
            case .read(let read): return try read(exchange)
            case .whole(let intake): return intake.decide(try wholeBody(), exchange, later)
            case .long, .queued, .stream, nil:
                preconditionFailure("only what is direct is answered here")
            }
        } catch {
            return reply(error)
        }
    }

    /// Ends the call: counts and logs its answer, and returns it as it is written, with the room
    /// that it takes.
    func finish(_ made: Reply) -> (Reply, Room?) {
        releaseBody()
        var (reply, room) = counted(made)
        responder.note(exchange, route, reply.status)
        if exchange.method == .head { reply = reply.withoutBody }
        reply.headers[.date] = responder.date.now
        return (reply, room)
    }

    /// Forgets the body, and gives back its room.
    func releaseBody() {
        body = []
        room = nil
    }
}

// MARK: - As the framework brings it

extension Call {
    /// Answers a request whose body is still coming.
    func respond(_ parts: RequestBody) async -> Response {
        var response: Response
        do throws(Problem) {
            response = try await answer(parts)
        } catch {
            response = reply(error).response()
        }
        if exchange.method == .head {
            let headers = response.headers
            response = response.createHeadResponse()
            response.headers = headers
        }
        responder.note(exchange, route, response.status)
        return response
    }

    private func answer(_ parts: RequestBody) async throws(Problem) -> Response {
        guard let route else { throw .notFound(responder.routes.absence) }
        guard route.allows(exchange.method) else { throw route.wrongMethod }
        switch route.work {
        case .read(let read): return response(try read(exchange))
        case .long(let read):
            return try await withTaskExecutorPreference(globalConcurrentExecutor) {
                () async throws(Problem) in response(try read(exchange))
            }
        case .queued(let queue, let usualBytes, let read):
            // Taken before anything is read: a client that finds no room costs nothing.
            let room = usualBytes > 0 ? try roomForAnswer(usualBytes) : nil
            return response(try await turn(in: queue, read), room, by: queue)
        case .whole(let intake): return try await take(parts, intake).response()
        case .stream(let begin): return try begin(exchange, parts)
        }
    }

    /// Waits for the answer that a queue makes; it keeps no thread meanwhile.
    private func turn(
        in queue: ReaderQueue, _ read: @escaping Route.Read
    ) async throws(Problem) -> Reply {
        let exchange = exchange
        let result: Result<Reply, Problem> = await withCheckedContinuation { continuation in
            let isTaken = queue.take(for: exchange.address?.network) {
                continuation.resume(
                    returning: Result { () throws(Problem) in try read(exchange) })
            }
            if !isTaken { continuation.resume(returning: .failure(.tooManyRequests)) }
        }
        return try result.get()
    }

    private func take(_ parts: RequestBody, _ intake: Intake) async throws(Problem) -> Reply {
        try intake.checkHead(of: exchange)
        exchange.inviteBody()
        var iterator = parts.makeAsyncIterator()
        while let part = try await Self.next(&iterator) { try append(part, intake) }
        let bytes = try wholeBody()
        let make = await withCheckedContinuation { continuation in
            let reply = intake.decide(bytes, exchange) { continuation.resume(returning: $0) }
            if let reply { continuation.resume(returning: { reply }) }
        }
        releaseBody()
        return make()
    }

    private static func next(
        _ parts: inout RequestBody.AsyncIterator
    ) async throws(Problem) -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw .cut
        }
    }

    private func response(
        _ made: Reply, _ room: Room? = nil, by queue: ReaderQueue? = nil
    ) -> Response {
        let (reply, room) = counted(made, room)
        guard let queue else { return reply.response(pieceBytes: limits.pieceBytes, room: room) }
        let client = exchange.address?.network
        return reply.response(pieceBytes: limits.pieceBytes, room: room) { work in
            queue.goOn(for: client, work)
        }
    }
}

// MARK: - Room

extension Call {
    private func append(_ bytes: ByteBuffer, _ intake: Intake) throws(Problem) {
        let count = bytes.readableBytes
        guard body.count + count <= intake.byteLimit else { throw intake.tooLarge }
        if let room {
            guard room.take(count) else { throw .noRoom }
        } else {
            room = exchange.room(count, for: .body)
            guard room != nil else { throw .noRoom }
        }
        body.append(contentsOf: bytes.readableBytesView)
    }

    /// The body, which must be as long as the client has said.
    private func wholeBody() throws(Problem) -> [UInt8] {
        if let length = exchange.contentLength, length != UInt64(body.count) { throw .cut }
        return body
    }

    private func roomForAnswer(_ count: Int) throws(Problem) -> Room? {
        guard exchange.method != .head else { return nil }
        guard let room = exchange.room(count, for: .answer) else { throw .noRoom }
        return room
    }

    /// Returns an answer with the room that it takes, or the answer that there is none.
    ///
    /// An answer that is larger than a page is counted, and written as its client takes it. `room`
    /// is the room of a usual one, taken before.
    private func counted(_ made: Reply, _ room: Room? = nil) -> (Reply, Room?) {
        guard exchange.method != .head else { return (made, nil) }
        var count = made.body.readableBytes
        if made.rest != nil { count += limits.streamBytes }
        guard count > limits.pageBytes else { return (made, nil) }
        do throws(Problem) {
            let room = if let room { room } else { try roomForAnswer(count) }
            guard room?.resize(to: count) != false else { throw .noRoom }
            return (made, room)
        } catch {
            return (reply(error), nil)
        }
    }
}
