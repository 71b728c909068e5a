import NIOCore

/// The state of one connection, its deadlines, and its end.
///
/// A pure state machine: the handler passes events in and carries out the returned actions.
/// Pipelined requests are counted: answers come in their order, so an answer is the
/// one to the newest request, whose body may still be coming, only where no other is due.
///
/// However a connection of HTTP/1.1 ends, it ends in these steps, so that no answer is lost:
///
///     the last answer is written ─► it is out: the kernel has it ─► output closed
///         ─► the client has it, and has closed or had its time ─► closed
struct ConnectionState {
    /// The next action of the handler.
    enum Action: Equatable {
        /// Nothing.
        case none

        /// Say 408, then ``finish``.
        case timeOut

        /// Write no more, and say when all that was written is out.
        case finish

        /// Send no more, and take what still comes until told to ``close``.
        case closeOutput

        /// Close at once; unsent bytes are lost.
        case close
    }

    /// The progress of the connection's end.
    private enum Ending {
        case no
        /// Nothing more is written, and the written bytes are not all out.
        case finishing
        /// The kernel has everything.
        case sent
    }

    /// The progress of the written bytes.
    struct Delivery {
        /// Bytes that the client has taken, since the connection began.
        var taken: UInt64

        /// The kernel has nothing that the client has not taken.
        var isComplete = true
    }

    private let limits: ServiceLimits
    private let isStream: Bool

    /// Requests whose head has come and whose answer has not ended, the one that is due first.
    private var due = CircularBuffer<RequestForm>()
    /// The newest request's head has come and its body has not ended.
    private var isReadingBody = false
    /// The answer's head is out.
    private var answerHasBegun = false
    /// The client waits for leave to send its body.
    private var expectsContinue = false
    /// Nothing more will be taken: the bytes were no HTTP, or too many, or the client is gone.
    private var isCut = false
    /// Nothing follows the newest request.
    private var isLast = false
    /// Behind the newest request comes an answer of the connection's own.
    private var hasAfterword = false
    private var ending = Ending.no
    /// Requests that have come since the server was last ready to read, in bytes of memory.
    private var aheadBytes = 0

    /// Since when nothing was asked or answered.
    private var idleSince: NIODeadline
    /// When the first byte of a header came, or the connection itself.
    private var headerSince: NIODeadline?
    /// The server is ready to read; where it is not, a slow body is not the client's fault.
    private var isReadWanted = true
    /// How the body comes, and all that ever came of bodies.
    private var bodyProgress = Pace()
    private var bodyBytes: UInt64 = 0
    /// The socket has as much as it takes.
    private var isBlocked = false
    /// The progress of the client in taking what is written.
    private var takingProgress = Pace()
    private var lingeringSince = NIODeadline.distantPast
    private var shutdownSince: NIODeadline?

    /// The state of a connection, or of a stream: that has one request, and ends by itself.
    init(limits: ServiceLimits, isStream: Bool, now: NIODeadline) {
        self.limits = limits
        self.isStream = isStream
        idleSince = now
        headerSince = now
    }

    private var isAnswering: Bool { !due.isEmpty }

    /// Whether the answer that is due next is the one to the newest request.
    private var isNewestDue: Bool { due.count <= 1 }

    /// Whether the connection ends with the answer to the newest request, when that has all come.
    private var endsAnyway: Bool {
        isCut || !isStream && (isLast || shutdownSince != nil)
    }

    /// Whether the last answer has been written.
    var isLingering: Bool { ending != .no }

    /// Whether the connection may write an answer of its own: none is due or under way.
    var canAnswerForItself: Bool { !isAnswering && !isLingering }

    /// Whether another request may begin.
    var takesRequests: Bool {
        !isLast && !isCut && !isLingering && (isStream || shutdownSince == nil)
    }

    /// Whether a body is being read, so that what cuts it has to end it.
    var canCut: Bool { isReadingBody && !isLingering }

    /// Whether an answer is under way, so that closing is breaking off.
    var isAnswerOpen: Bool { isAnswering && !isLingering }

    /// Whether the client takes the connection's end for the end of the answer that is under way.
    var endsWithConnection: Bool {
        guard answerHasBegun, let request = due.first else { return false }
        return request.isOld
    }

    /// Whether somebody has to look what the client has taken.
    var needsDelivery: Bool { isBlocked || isLingering }
}

// MARK: - What happens

extension ConnectionState {
    mutating func bytesArrived(now: NIODeadline) {
        if !isAnswering, headerSince == nil { headerSince = now }
    }

    mutating func headArrived(_ form: RequestForm) {
        if due.isEmpty { answerHasBegun = false }
        due.append(form)
        isReadingBody = true
        isLast = form.isLast
        expectsContinue = form.expectsContinue
        headerSince = nil
        bodyProgress.stop()
    }

    /// Counts a request with so many fields; returns false where it is one too many.
    mutating func takeAhead(fields: Int) -> Bool {
        aheadBytes += Self.requestBytes + fields * Self.fieldBytes
        return aheadBytes <= limits.aheadBytes
    }

    /// The memory of a decoded request and of a field, beside their text.
    private static var requestBytes: Int { 640 }
    private static var fieldBytes: Int { 64 }

    mutating func bodyArrived(_ count: Int) {
        bodyBytes += UInt64(count)
        expectsContinue = false
    }

    mutating func requestEnded() {
        isReadingBody = false
        expectsContinue = false
    }

    /// What comes from here on is not taken; the answer to what came before is the connection's
    /// last.
    mutating func cut() {
        isCut = true
        isReadingBody = false
    }

    /// What comes from here on is not taken, and the client is told so when everything that came
    /// before is answered.
    mutating func addAfterword() {
        isLast = true
        hasAfterword = true
    }

    mutating func readRequested(_ isWanted: Bool) {
        isReadWanted = isWanted
        if isWanted { aheadBytes = 0 }
    }

    mutating func writability(_ isWritable: Bool) {
        isBlocked = !isWritable
        if isWritable, !isLingering { takingProgress.stop() }
    }

    /// No request is taken any more: those that were are answered.
    ///
    /// A connection without a request for a while waits for nothing.
    mutating func shutdown(now: NIODeadline) -> Action {
        shutdownSince = shutdownSince ?? now
        guard !isStream else { return .none }
        let isIdle = now - idleSince >= TimeAmount(limits.lingerTime) && !isBlocked
        return isIdle && canAnswerForItself ? .close : finishIfDone(now)
    }

    /// The client has closed its half of the connection, or nobody is there to answer more.
    mutating func requestsEnded(now: NIODeadline) -> Action {
        guard !isStream else { return .none }
        isLast = true
        return finishIfDone(now)
    }

    /// Returns whether to send `100 Continue`: once, and not after the answer has begun.
    mutating func takeExpectation() -> Bool {
        defer { expectsContinue = false }
        return expectsContinue && !answerHasBegun
    }

    /// Returns how the answer that is due is to be written.
    ///
    /// It says that the connection ends where it does, where the rest of a refused body would have
    /// to be read for nothing, and where the client may never send the body that it asked leave
    /// for.
    mutating func answerBegan(status: Int, hasLength: Bool) -> AnswerForm {
        answerHasBegun = true
        let request = due.first ?? RequestForm()
        var form = AnswerForm()
        form.isBodiless = request.isHead || status == 204 || status == 304
        if !form.isBodiless, !hasLength {
            form.isChunked = !request.isOld
        }
        guard isNewestDue, !hasAfterword else { return form }
        form.saysClose =
            isReadingBody ? endsAnyway || status >= 400 || expectsContinue : endsAnyway
        return form
    }

    /// Returns whether this was the connection's last answer.
    mutating func answerEnded(now: NIODeadline) -> Bool {
        let wasNewest = isNewestDue
        _ = due.popFirst()
        answerHasBegun = false
        idleSince = now
        headerSince = nil
        guard wasNewest, isReadingBody || endsAnyway, !hasAfterword else { return false }
        finish(now)
        return true
    }

    /// Whether the answer of the connection's own is due now.
    var isAfterwordDue: Bool { hasAfterword && canAnswerForItself }

    /// The connection's own answer was written, which is its last.
    mutating func answeredForItself(now: NIODeadline) {
        finish(now)
    }

    /// The kernel has all of the last answer; to close any sooner would lose some of it.
    mutating func answersSent(now: NIODeadline) -> Action {
        guard ending == .finishing else { return .none }
        ending = .sent
        lingeringSince = now
        takingProgress.stop()
        return .closeOutput
    }

    private mutating func finishIfDone(_ now: NIODeadline) -> Action {
        guard !isAnswering, !isLingering, !hasAfterword else { return .none }
        finish(now)
        return .finish
    }

    private mutating func finish(_ now: NIODeadline) {
        ending = .finishing
        lingeringSince = now
        takingProgress.stop()
    }
}

// MARK: - What takes too long

extension ConnectionState {
    /// Returns the next action.
    ///
    /// - Parameters:
    ///   - connections: how scarce they are decides how slow this one may be.
    ///   - delivery: what has become of what was written, where ``needsDelivery`` says so.
    mutating func tick(
        now: NIODeadline, connections: Pool, delivery: Delivery
    ) -> Action {
        let patience = limits.progressTime(under: connections.pressure)
        if isLingering { return tickAtTheEnd(now, patience, delivery) }
        if let shutdownSince, now - shutdownSince >= TimeAmount(limits.shutdownTime) {
            return .close
        }
        if isBlocked, !isReadingBody || !isAnswering,
            takingProgress.isTooSlow(
                at: delivery.taken, now: now, least: limits.answerProgress, patience: patience)
        {
            return .close
        }
        return isAnswering
            ? tickWhileAnswering(now, patience) : tickBetweenRequests(now, connections.isCrowded)
    }

    private mutating func tickAtTheEnd(
        _ now: NIODeadline, _ patience: TimeAmount, _ delivery: Delivery
    ) -> Action {
        if ending == .finishing || !delivery.isComplete {
            lingeringSince = now
            return takingProgress.isTooSlow(
                at: delivery.taken, now: now, least: limits.answerProgress, patience: patience)
                ? .close : .none
        }
        return now - lingeringSince >= TimeAmount(limits.lingerTime) ? .close : .none
    }

    private func tickBetweenRequests(_ now: NIODeadline, _ isCrowded: Bool) -> Action {
        func patience(_ usual: Duration) -> TimeAmount {
            TimeAmount(isCrowded ? min(usual, limits.crowdedTime) : usual)
        }
        if let headerSince, now - headerSince >= patience(limits.headerTime) {
            return .timeOut
        }
        return now - idleSince >= patience(limits.idleTime) ? .close : .none
    }

    private mutating func tickWhileAnswering(
        _ now: NIODeadline, _ patience: TimeAmount
    ) -> Action {
        guard isReadWanted, isReadingBody else {
            bodyProgress.stop()
            return .none
        }
        let isTooSlow = bodyProgress.isTooSlow(
            at: bodyBytes, now: now, least: limits.bodyProgress, patience: patience)
        guard isTooSlow, isNewestDue else { return .none }
        return answerHasBegun ? .close : .timeOut
    }
}

extension ServiceLimits {
    /// The time in which a body or the taking of an answer must go on, where connections are as
    /// scarce as ``Pool/pressure`` says.
    func progressTime(under pressure: Int) -> TimeAmount {
        TimeAmount(min(progressTime, max(crowdedTime, progressTime / pressure)))
    }
}
