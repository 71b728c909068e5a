import HTTPCalls

extension CallError {
    /// Whether the ledger said no to this very request; others may go well.
    var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }

    /// Whether no ledger was there to ask: others would fare no better.
    ///
    /// A wrong answer is about this very request, as a refusal is.
    var isOutOfReach: Bool {
        switch self {
        case .unreachable, .untrusted, .page, .unavailable: true
        case .refused, .unexpected: false
        }
    }

    /// Whether the same may go well in a while: a network that wants a log-in is one to wait for.
    var isWorthWaiting: Bool {
        if case .page = self { true } else { isTransient }
    }
}
