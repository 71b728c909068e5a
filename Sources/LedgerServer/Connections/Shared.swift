import Synchronization

/// What all connections of a listener share.
final class Shared: Sendable {
    let limits: ServerLimits
    let clients: Clients

    /// The connections that the listener has.
    let connections: Pool

    /// The HTTP/2 streams of all connections together.
    ///
    /// A connection costs its client a socket, a stream costs it nothing: without this bound 10,000
    /// connections would be 320,000 requests.
    let streams: Pool

    private let ending = Atomic(false)

    init(limits: ServerLimits, clients: Clients) {
        self.limits = limits
        self.clients = clients
        connections = Pool(limit: limits.connections)
        streams = Pool(limit: limits.streams)
    }

    /// Whether the listener was told to end.
    ///
    /// Each connection is told so by an event. One that is being accepted at that moment has no
    /// handlers yet, and misses it.
    var isEnding: Bool { ending.load(ordering: .relaxed) }

    /// The listener was told to end.
    func end() {
        ending.store(true, ordering: .relaxed)
    }
}
