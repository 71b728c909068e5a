import NIOCore

/// What one connection is doing, and when it has done it for too long.
///
/// A pure state machine: the handler tells it what happens and does what it returns. Requests that
/// a client sends ahead are counted: answers come in their order, so an answer is the one to the
/// newest request, whose body may still be coming, only where no other is due.
struct ConnectionState {
    /// What the handler has to do.
    enum Action: Equatable {
        /// Nothing.
        case none

        /// Say 408, then ``closeOutput``.
        case timeOut

        /// Send no more, and take what still comes until told to ``close``.
        case closeOutput

        /// Close.
        case close
    }

    private let limits: ServerLimits

    /// Requests whose head has come and whose answer has not ended.
    private var unanswered = 0
    /// The newest request's head has come and its body has not ended.
    private var isReadingBody = false
    /// The answer's head is out.
    private var answerHasBegun = false
    /// The client waits for leave to send its body.
    private var expectsContinue = false
    /// Nothing more will be taken: the bytes were no HTTP, or too many, or the client is gone.
    private var isCut = false
    /// The last answer has ended, and the connection ends once it is out.
    private(set) var isLingering = false
    /// The kernel has all of the last answer.
    private var isSent = false
    /// All of the request has come whose answer was the last.
    private var isOver = false
    /// Requests that have come since the server was last ready to read, in bytes of memory.
    private var aheadBytes = 0

    /// Since when nothing was asked or answered.
    private var idleSince: NIODeadline
    /// When the first byte of a header came, or the connection itself.
    private var headerSince: NIODeadline?
    /// The server is ready to read; where it is not, a slow body is not the client's fault.
    private var isReadWanted = true
    /// Since when the body's progress is measured, and how much of it came since.
    private var bodyMeasuredSince = NIODeadline.distantPast
    private var bodyBytes = 0
    /// Since when the client takes nothing of its answer.
    private var blockedSince: NIODeadline?
    private var lingeringSince = NIODeadline.distantPast
    private var shutdownSince: NIODeadline?

    init(limits: ServerLimits, now: NIODeadline) {
        self.limits = limits
        idleSince = now
        headerSince = now
    }

    private var isAnswering: Bool { unanswered > 0 }

    /// Whether the answer that is due next is the one to the newest request.
    private var isNewestDue: Bool { unanswered <= 1 }

    /// Whether the connection may write an answer of its own: none is due or under way.
    var canAnswerForItself: Bool {
        !isAnswering && !isLingering
    }

    /// Whether a body is being read, so that what cuts it has to end it.
    var canCut: Bool {
        isReadingBody && !isLingering
    }

    // MARK: - What happens

    mutating func bytesArrived(now: NIODeadline) {
        if !isAnswering, headerSince == nil { headerSince = now }
    }

    mutating func headArrived(expectsContinue: Bool, now: NIODeadline) {
        if unanswered == 0 { answerHasBegun = false }
        unanswered += 1
        isReadingBody = true
        self.expectsContinue = expectsContinue
        headerSince = nil
        restartBodyWindow(now)
    }

    /// Counts a request with so many fields; returns false where it is one too many.
    mutating func takeAhead(fields: Int) -> Bool {
        aheadBytes += Self.requestBytes + fields * Self.fieldBytes
        return aheadBytes <= limits.aheadBytes
    }

    /// What a decoded request and a field take, beside their text.
    private static let requestBytes = 640
    private static let fieldBytes = 64

    mutating func bodyArrived(_ count: Int) {
        bodyBytes += count
        expectsContinue = false
    }

    mutating func requestEnded() -> Action {
        isReadingBody = false
        expectsContinue = false
        isOver = isLingering
        return isOver && isSent ? .close : .none
    }

    /// What comes from here on is not taken; the answer to what came before is the connection's
    /// last.
    mutating func cut() {
        isCut = true
        isReadingBody = false
    }

    mutating func readRequested(_ isWanted: Bool) {
        isReadWanted = isWanted
        if isWanted { aheadBytes = 0 }
    }

    mutating func writability(_ isWritable: Bool, now: NIODeadline) {
        blockedSince = isWritable ? nil : now
    }

    mutating func shutdown(now: NIODeadline) {
        shutdownSince = shutdownSince ?? now
    }

    /// Returns whether to send `100 Continue`: once, and not after the answer has begun.
    mutating func takeExpectation() -> Bool {
        defer { expectsContinue = false }
        return expectsContinue && !answerHasBegun
    }

    /// Returns whether the answer has to say that the connection ends.
    ///
    /// It does where the rest of a refused body would have to be read for nothing, or where the
    /// client may never send the body that it asked leave for.
    mutating func answerBegan(status: Int) -> Bool {
        answerHasBegun = true
        guard isNewestDue else { return false }
        return isCut || isReadingBody && (status >= 400 || expectsContinue)
    }

    /// Returns whether this was the connection's last answer.
    mutating func answerEnded(now: NIODeadline) -> Bool {
        let wasNewest = isNewestDue
        unanswered = max(0, unanswered - 1)
        answerHasBegun = false
        idleSince = now
        headerSince = nil
        guard wasNewest, isReadingBody || isCut else { return false }
        linger(now)
        return true
    }

    mutating func answeredForItself(now: NIODeadline) {
        linger(now)
    }

    /// The kernel has all of the last answer; to close any sooner would lose some of it.
    mutating func answerSent(now: NIODeadline) -> Action {
        isSent = true
        lingeringSince = now
        return isOver ? .close : .closeOutput
    }

    private mutating func linger(_ now: NIODeadline) {
        isLingering = true
        lingeringSince = now
    }

    private mutating func restartBodyWindow(_ now: NIODeadline) {
        bodyMeasuredSince = now
        bodyBytes = 0
    }

    // MARK: - What takes too long

    mutating func tick(now: NIODeadline, isCrowded: Bool) -> Action {
        if isLingering {
            let patience = TimeAmount(isSent ? limits.lingerTime : limits.progressTime)
            return now - lingeringSince >= patience ? .close : .none
        }
        if let shutdownSince, now - shutdownSince >= TimeAmount(limits.shutdownTime) {
            return .close
        }
        return isAnswering ? tickWhileAnswering(now) : tickBetweenRequests(now, isCrowded)
    }

    private func tickBetweenRequests(_ now: NIODeadline, _ isCrowded: Bool) -> Action {
        // It asked and was answered, and takes nothing of it.
        if let blockedSince, now - blockedSince >= TimeAmount(limits.progressTime) {
            return .close
        }
        func patience(_ usual: Duration) -> TimeAmount {
            TimeAmount(isCrowded ? min(usual, limits.crowdedTime) : usual)
        }
        if let headerSince, now - headerSince >= patience(limits.headerTime) {
            return .timeOut
        }
        return now - idleSince >= patience(limits.idleTime) ? .close : .none
    }

    private mutating func tickWhileAnswering(_ now: NIODeadline) -> Action {
        let patience = TimeAmount(limits.progressTime)
        if !isReadWanted { restartBodyWindow(now) }
        if isReadingBody, now - bodyMeasuredSince >= patience {
            guard bodyBytes >= limits.bodyProgress else {
                return answerHasBegun ? .close : .timeOut
            }
            restartBodyWindow(now)
        }
        // A client that is still sending may well read its answer afterwards.
        if !isReadingBody, let blockedSince, now - blockedSince >= patience {
            return .close
        }
        return .none
    }
}
