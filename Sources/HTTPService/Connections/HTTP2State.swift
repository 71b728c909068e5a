import NIOCore

/// The state of one HTTP/2 connection, and its end.
///
/// A pure state machine beside ``ConnectionState``, which each of the streams has. A connection
/// ends in these steps: the client is told to open no more streams, then which was the last that is
/// answered (RFC 9113 §6.8); those that are open go on; when none is, and all that was written is
/// out and the client has it, the connection is closed.
struct HTTP2State {
    /// The next action of the handler.
    enum Action: Equatable {
        /// Nothing.
        case none

        /// Say that the connection will end.
        case announceEnd

        /// Say which stream is the last.
        case endAfter(stream: Int)

        /// Say when all that was written is out.
        case finish

        /// Close at once; unsent bytes are lost.
        case close
    }

    /// The progress of the end.
    private enum Ending {
        case no
        case announced
        /// The client knows which stream is the last, or has said itself that it was.
        case final
        /// Nothing more is written, and the written bytes are not all out.
        case finishing
        /// The kernel has everything.
        case sent
    }

    private let limits: ServiceLimits
    private var openStreams = 0
    /// Streams whose tasks have not ended.
    private var tasks = 0
    private var lastStream = 0
    private var ending = Ending.no

    /// Since when no stream is open.
    private var idleSince: NIODeadline?
    /// The socket has as much as it takes.
    private var isBlocked = false
    /// The progress of the client in taking what is written.
    private var takingProgress = Pace()
    /// Since when the connection is to end.
    private var endingSince = NIODeadline.distantPast
    private var isShutdown = false

    init(limits: ServiceLimits, now: NIODeadline) {
        self.limits = limits
        idleSince = now
    }

    /// Whether somebody has to look what the client has taken.
    var needsDelivery: Bool { isBlocked || ending == .finishing || ending == .sent }

    /// Whether the client has to wait: it has closed as many streams as may be open, and their
    /// tasks have not ended.
    ///
    /// These need nothing more of the client, so they end whatever it does. Without this a client
    /// that resets what it asks for has the server begin as much as it can send.
    var isAhead: Bool { tasks - openStreams >= limits.streamsPerConnection }

    mutating func taskBegan() { tasks += 1 }

    mutating func taskEnded() { tasks -= 1 }

    mutating func streamOpened(_ stream: Int) {
        openStreams += 1
        lastStream = max(lastStream, stream)
        idleSince = nil
    }

    mutating func streamClosed(now: NIODeadline) -> Action {
        openStreams -= 1
        guard openStreams == 0 else { return .none }
        idleSince = now
        return ending == .final ? finish() : .none
    }

    mutating func writability(_ isWritable: Bool) {
        isBlocked = !isWritable
        if isWritable, ending != .finishing, ending != .sent { takingProgress.stop() }
    }

    mutating func shutdown(now: NIODeadline) -> Action {
        guard !isShutdown else { return .none }
        isShutdown = true
        guard ending == .no else { return .none }
        return announce(now)
    }

    /// The client sends no more; it may still read.
    mutating func inputClosed(now: NIODeadline) -> Action {
        guard ending != .finishing, ending != .sent else { return .none }
        ending = .final
        // Each stream has limits of its own.
        endingSince = .distantFuture
        return openStreams == 0 ? finish() : .none
    }

    /// The client was told that it broke a rule of the connection: streams are over too.
    mutating func failed(now: NIODeadline) -> Action {
        guard ending != .finishing, ending != .sent else { return .none }
        return finish()
    }

    /// The kernel has all that was written.
    mutating func sent() {
        ending = .sent
        takingProgress.stop()
    }

    /// Returns the next action; see ``ConnectionState/tick(now:connections:delivery:)``.
    mutating func tick(
        now: NIODeadline, connections: Pool, delivery: ConnectionState.Delivery
    ) -> Action {
        if ending == .sent, delivery.isComplete { return .close }
        if needsDelivery,
            takingProgress.isTooSlow(
                at: delivery.taken, now: now, least: limits.answerProgress,
                patience: limits.progressTime(under: connections.pressure))
        {
            return .close
        }
        switch ending {
        case .no:
            let isCrowded = connections.isCrowded
            let patience = isCrowded ? min(limits.crowdedTime, limits.idleTime) : limits.idleTime
            guard let idleSince, now - idleSince >= TimeAmount(patience) else {
                return .none
            }
            return announce(now)
        case .announced:
            // A round trip or more has passed: what the client sent before it knew is here.
            ending = .final
            return .endAfter(stream: lastStream)
        case .final:
            if now - endingSince >= TimeAmount(limits.shutdownTime) { return .close }
            return openStreams == 0 ? finish() : .none
        case .finishing, .sent: return .none
        }
    }

    private mutating func announce(_ now: NIODeadline) -> Action {
        ending = .announced
        endingSince = now
        return .announceEnd
    }

    private mutating func finish() -> Action {
        ending = .finishing
        takingProgress.stop()
        return .finish
    }
}
