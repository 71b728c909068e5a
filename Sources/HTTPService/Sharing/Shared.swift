import NIOCore
import Synchronization

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

    /// The HTTP/2 streams whose tasks have not ended, answered, reset or not.
    let unfinished: Pool

    private let ending = Atomic(false)

    /// The connections that were accepted and have not closed.
    private let accepted = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(limits: ServiceLimits, clients: Clients, memory: Pool) {
        self.limits = limits
        self.clients = clients
        self.memory = memory
        connections = Pool(limit: limits.connections)
        streams = Pool(limit: limits.streams)
        unfinished = Pool(limit: limits.unfinishedStreams)
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

    /// Takes note of a connection, before anything is done with it.
    func accept(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        accepted.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in
            _ = self.accepted.withLock { $0.removeValue(forKey: id) }
        }
    }

    /// Closes the connections that no event loop has taken over.
    ///
    /// Where a listener ends while it hands a connection over, NIO drops the connection without
    /// closing it: its client would wait until the process ends.
    func closeForgotten() {
        let all = accepted.withLock { Array($0.values) }
        for channel in all where !channel.isActive { channel.close(promise: nil) }
    }
}
