/// What all connections of a listener share.
package struct Shared: Sendable {
    package let limits: ServerLimits
    package let clients: Clients

    /// The connections that the listener has.
    package let connections: Pool

    /// The HTTP/2 streams of all connections together.
    ///
    /// A connection costs its client a socket, a stream costs it nothing: without this bound 10,000
    /// connections would be 320,000 requests.
    package let streams: Pool

    package init(limits: ServerLimits, clients: Clients) {
        self.limits = limits
        self.clients = clients
        connections = Pool(limit: limits.connections)
        streams = Pool(limit: limits.streams)
    }
}
