import Synchronization

/// How many HTTP/2 streams are open on all connections together.
///
/// A connection costs its client a socket, a stream costs it nothing: without this bound 10,000
/// connections would be 320,000 requests.
final class StreamCount: Sendable {
    private let limit: Int
    private let open = Atomic(0)

    init(limits: ServerLimits) {
        limit = limits.streams
    }

    /// Counts one more stream and returns whether it may be served; ``leave()`` either way.
    func enter() -> Bool {
        open.add(1, ordering: .relaxed).newValue <= limit
    }

    /// Counts one stream less.
    func leave() {
        open.subtract(1, ordering: .relaxed)
    }
}
