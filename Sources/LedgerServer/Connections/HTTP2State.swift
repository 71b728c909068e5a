import NIOCore

/// What one HTTP/2 connection is doing, and when it ends.
///
/// A pure state machine beside ``ConnectionState``, which each of the streams has. A connection
/// ends in two steps (RFC 9113 §6.8): the client is told to open no more streams, then which was
/// the last that is answered; those that are open go on.
struct HTTP2State {
    /// What the handler has to do.
    enum Action: Equatable {
        /// Nothing.
        case none

        /// Say that the connection will end.
        case announceEnd

        /// Say which stream is the last.
        case endAfter(stream: Int)

        /// Close.
        case close
    }

    /// How far the ending is.
    private enum Ending {
        case no
        case announced
        case final
    }

    private let limits: ServerLimits
    private var openStreams = 0
    private var lastStream = 0
    private var ending = Ending.no

    /// Since when no stream is open.
    private var idleSince: NIODeadline?
    /// Since when the client takes nothing.
    private var blockedSince: NIODeadline?
    /// Since when the connection is to end.
    private var endingSince = NIODeadline.distantPast
    private var isShutdown = false

    init(limits: ServerLimits, now: NIODeadline) {
        self.limits = limits
        idleSince = now
    }

    mutating func streamOpened(_ stream: Int) {
        openStreams += 1
        lastStream = max(lastStream, stream)
        idleSince = nil
    }

    mutating func streamClosed(now: NIODeadline) -> Action {
        openStreams -= 1
        guard openStreams == 0 else { return .none }
        idleSince = now
        return ending == .final ? .close : .none
    }

    mutating func writability(_ isWritable: Bool, now: NIODeadline) {
        blockedSince = isWritable ? nil : blockedSince ?? now
    }

    mutating func shutdown(now: NIODeadline) -> Action {
        guard !isShutdown else { return .none }
        isShutdown = true
        guard ending == .no else { return .none }
        return announce(now)
    }

    mutating func tick(now: NIODeadline, isCrowded: Bool) -> Action {
        if let blockedSince, now - blockedSince >= TimeAmount(limits.progressTime) {
            return .close
        }
        switch ending {
        case .no:
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
            let isOver = now - endingSince >= TimeAmount(limits.shutdownTime)
            return openStreams == 0 || isOver ? .close : .none
        }
    }

    private mutating func announce(_ now: NIODeadline) -> Action {
        ending = .announced
        endingSince = now
        return .announceEnd
    }
}
