import NIOCore
import NIOHTTPTypes

/// Answers on the event loop the requests that need no wait, or a short call back.
///
///     decoder ─► ConnectionGuard ─► DirectAnswers ─► the framework's task of the connection
///
/// Such a request passes no task and no other thread on its way from the socket to its answer; each
/// pass costs more than most answers do. With this handler the server computes 0.60 of the time for
/// a tile, 0.64 for a checkpoint, 0.71 for a receipt and 0.78 for a statement that is sent
/// (`Tools/bench --only read --entries 20000` and `--only entries`; performance.md). Streams and
/// long computations go on to the framework, and so do requests that ask anything of the connection
/// itself.
///
/// What a request gets is not decided here: its ``Call`` does that for both ways.
///
/// The answers of a connection come in the order of its requests: while the framework has one to
/// answer, those that follow go to it too; while one is answered here, pipelined requests wait
/// here. After a few answers it is another connection's turn (``Turns``).
final class DirectAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        /// Nothing is asked.
        case idle

        /// The framework has so many requests to answer.
        case passing(Int)

        /// A request that is answered here is arriving.
        case reading(Call)

        /// Its answer is being made elsewhere.
        case answering

        /// Its answer is written as the client takes it.
        case writing(Written)

        /// It is answered, and the rest of it is of no use.
        case dropping
    }

    /// The unwritten rest of an answer, and the state after it.
    private final class Written {
        var rest: ByteBuffer
        let room: Room?
        let next: State

        init(_ rest: ByteBuffer, _ room: Room?, _ next: State) {
            self.rest = rest
            self.room = room
            self.next = next
        }
    }

    /// What happened to the connection while a request was under way: it would make the framework,
    /// which knows of no request, close the connection.
    private enum Occurrence {
        /// The shutdown, or the client's half-close.
        case event(Any)

        /// Bytes behind the request that are no HTTP.
        case error(any Error)
    }

    private let responder: RouteResponder
    private let turns: TurnTable
    private var state = State.idle
    private var peer: Peer?

    /// Pipelined requests that cannot be answered yet.
    ///
    /// It is what one read brings, because no other is begun before it is taken; where the client
    /// has half-closed its connection, as much as the guard and the kernel's buffer allow.
    private var held = CircularBuffer<HTTPRequestPart>()
    private var isReadHeld = false
    private var isTakingHeld = false

    /// Answers since the last turn.
    private var answered = 0
    private var isAwaitingTurn = false

    private var occurrences: [Occurrence] = []

    /// Answers of ours that the socket has not taken.
    private var unsent = 0
    private var unflushedBytes = 0
    private var isFlushDue = false

    init(_ responder: RouteResponder, _ turns: TurnTable) {
        self.responder = responder
        self.turns = turns
    }

    // MARK: - Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if held.isEmpty, canTake(context) {
            take(part, context)
        } else {
            held.append(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flushIfDue(context)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if case .writing(let written) = state { write(written, context) }
            goOn(context)
            flushIfDue(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .reading(let call) = state {
            call.releaseBody()
            state = .dropping
        }
        if case .writing = state { state = .dropping }
        held.removeAll()
        occurrences = []
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard isBusy else { return context.fireUserInboundEventTriggered(event) }
        occurrences.append(.event(event))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The body of a request that breaks off is the guard's to end.
        guard isBusy, !isReading else { return context.fireErrorCaught(error) }
        occurrences.append(.error(error))
    }

    private var isReading: Bool {
        if case .reading = state { true } else { false }
    }

    /// Whether a request is under way here, or an answer of ours.
    private var isBusy: Bool {
        switch state {
        case .reading, .answering, .writing: true
        case .idle, .dropping: unsent > 0 || !held.isEmpty
        case .passing: false
        }
    }

    /// Whether the next part can be looked at: the framework holds back what it cannot answer
    /// yet, and so do we, whether the answer, the client or other connections keep us waiting.
    private func canTake(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .passing: true
        case .answering, .writing: false
        case .idle, .reading, .dropping: context.channel.isWritable && !isAwaitingTurn
        }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch state {
        case .reading(let call):
            switch part {
            case .body(let bytes):
                if let refusal = call.take(bytes) { finish(call, refusal, .dropping, context) }
            case .end: answer(call, context)
            case .head: break
            }
            return
        case .dropping:
            guard case .end = part else { return }
            state = .idle
            deliver(context)
            return
        case .idle:
            guard case .head(let head) = part else { break }
            let call = responder.call(head, from: peer(context))
            if call.isDirect {
                state = .reading(call)
                // Each part is counted as it comes, and none waits. Where more is held, it may be
                // of another request.
                if held.isEmpty, call.takesBody {
                    context.triggerUserOutboundEvent(BodyIsWanted(isCounted: true), promise: nil)
                }
                return
            }
            state = .passing(1)
        case .passing(let count):
            if case .head = part { state = .passing(count + 1) }
        case .answering, .writing:
            preconditionFailure("what comes before an answer is held")
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func peer(_ context: ChannelHandlerContext) -> Peer {
        if let peer { return peer }
        let peer = responder.shared.clients.peer(of: context.channel)
        self.peer = peer
        return peer
    }

    // MARK: - Answers

    private func answer(_ call: Call, _ context: ChannelHandlerContext) {
        state = .answering
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, call, context), eventLoop: loop)
        let reply = call.answer { make in
            loop.execute {
                let (handler, call, context) = bound.value
                handler.finish(call, make(), .idle, context)
                handler.flushIfDue(context)
            }
        }
        if let reply { finish(call, reply, .idle, context) }
    }

    /// Writes an answer; what the client sent ahead is next.
    private func finish(
        _ call: Call, _ made: Reply, _ next: State, _ context: ChannelHandlerContext
    ) {
        let (reply, room) = call.finish(made)
        context.write(wrapOutboundOut(.head(reply.head)), promise: nil)
        isFlushDue = true
        guard reply.body.readableBytes <= limits.pageBytes else {
            let written = Written(reply.body, room, next)
            state = .writing(written)
            write(written, context)
            return
        }
        if reply.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(reply.body)), promise: nil)
        }
        unflushedBytes += reply.body.readableBytes
        end(nil, next, context)
    }

    /// Writes a piece after the other, as long as the client takes them.
    private func write(_ written: Written, _ context: ChannelHandlerContext) {
        // Writing may make the channel writable, and so come back here.
        while context.channel.isWritable, case .writing(let current) = state, current === written {
            let count = min(limits.pieceBytes, written.rest.readableBytes)
            guard count > 0, let piece = written.rest.readSlice(length: count) else {
                return end(written.room, written.next, context)
            }
            context.writeAndFlush(wrapOutboundOut(.body(piece)), promise: nil)
        }
    }

    /// Writes the end of an answer, whose room is given back when the kernel has all of it.
    private func end(_ room: Room?, _ next: State, _ context: ChannelHandlerContext) {
        state = next
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.unsent -= 1
            handler.deliver(context)
            withExtendedLifetime(room) {}
        }
        unsent += 1
        context.write(wrapOutboundOut(.end(nil)), promise: sent)
        isFlushDue = true
        // TLS says only after a flush that the client takes nothing.
        if unflushedBytes >= limits.unsentBytes { flushIfDue(context) }
        answered += 1
        if answered >= limits.answersPerTurn { awaitTurn(context) }
        goOn(context)
    }

    private func awaitTurn(_ context: ChannelHandlerContext) {
        guard !isAwaitingTurn else { return }
        isAwaitingTurn = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        turns.turns(of: context.eventLoop).wait {
            let (handler, context) = bound.value
            handler.takeTurn(context)
        }
    }

    private func takeTurn(_ context: ChannelHandlerContext) {
        isAwaitingTurn = false
        answered = 0
        guard context.channel.isActive else { return }
        goOn(context)
        flushIfDue(context)
    }

    private var limits: ServiceLimits { responder.shared.limits }

    private func flushIfDue(_ context: ChannelHandlerContext) {
        guard isFlushDue else { return }
        isFlushDue = false
        unflushedBytes = 0
        context.flush()
    }

    // MARK: - What comes next

    /// Takes what the client sent ahead, then reads on.
    private func goOn(_ context: ChannelHandlerContext) {
        guard !isTakingHeld else { return }
        isTakingHeld = true
        let hadHeld = !held.isEmpty
        while canTake(context), let part = held.popFirst() { take(part, context) }
        isTakingHeld = false
        // The framework takes what it was passed at the end of a read, which was long ago.
        if hadHeld, case .passing = state { context.fireChannelReadComplete() }
        if isReadHeld, mayRead(context) {
            isReadHeld = false
            context.read()
        }
        deliver(context)
    }

    /// Passes on what had to wait for a request or its answer.
    private func deliver(_ context: ChannelHandlerContext) {
        guard !isBusy, !isTakingHeld, !occurrences.isEmpty else { return }
        let waiting = occurrences
        occurrences = []
        for occurrence in waiting {
            switch occurrence {
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        guard held.isEmpty else { return false }
        if case .answering = state { return true }
        return canTake(context)
    }

    // MARK: - Outbound

    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        if case .end = unwrapOutboundIn(data), case .passing(let count) = state {
            state = count > 1 ? .passing(count - 1) : .idle
        }
        context.write(data, promise: promise)
    }
}
