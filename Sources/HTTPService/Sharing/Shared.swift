/// The shared state of all connections of a listener.
final class Shared: Sendable {
    let limits: ServiceLimits
    let clients: Clients

    /// What bodies and large answers take of memory together, at all listeners of the service.
    let memory: Pool

    /// The connections that the listener has.
    let connections: Pool

    /// The HTTP/2 streams of all connections together.
    ///
    /// A connection costs its client a socket, a stream costs it nothing: without this bound 10,000
    /// connections would be 320,000 requests.
    let streams: Pool

    init(limits: ServiceLimits, clients: Clients, memory: Pool) {
        self.limits = limits
        self.clients = clients
        self.memory = memory
        connections = Pool(limit: limits.connections)
        streams = Pool(limit: limits.streams)
    }
}
