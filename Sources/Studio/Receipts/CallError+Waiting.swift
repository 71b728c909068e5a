import HTTPCalls

extension CallError {
    /// Whether the ledger said no to this very request; others may go well.
    var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }

    /// Whether the same may go well in a while: a network that wants a log-in is one to wait for.
    var isWorthWaiting: Bool {
        if case .page = self { true } else { isTransient }
    }
}
