import HTTPTypes
import NIOCore

/// What the unanswered requests of one connection, or of one stream, take of what all clients
/// share.
///
/// A connection is counted when it is accepted, but for a trusted proxy's: that speaks for very
/// many clients, so each of its requests is counted as a connection of the client that it is for. A
/// stream is counted in any case.
struct RequestPlaces {
    private let shared: Shared
    private let isStream: Bool

    /// The counted places, the first request's first; nil where none is counted.
    private var taken = CircularBuffer<Client?>()

    private var peer: Peer?

    init(_ shared: Shared, isStream: Bool) {
        self.shared = shared
        self.isStream = isStream
    }

    /// Takes a place for a request; returns whether there is one.
    mutating func enter(_ head: HTTPRequest, _ channel: any Channel) -> Bool {
        let peer = self.peer ?? shared.clients.peer(of: channel)
        self.peer = peer
        guard isStream || peer.isProxy else {
            taken.append(nil)
            return true
        }
        let client = shared.clients.client(behind: peer, head.headerFields)
        if isStream {
            guard shared.streams.take(1, for: client?.streams) else { return false }
        } else if let client {
            guard shared.connections.hasRoom(for: client.connections) else { return false }
            shared.connections.share(client.connections)
        }
        taken.append(client)
        return true
    }

    /// The first request is answered.
    mutating func leave() {
        guard let client = taken.popFirst() else { return }
        if isStream {
            shared.streams.give(back: 1, from: client?.streams)
        } else if let client {
            shared.connections.unshare(client.connections)
        }
    }

    /// No request is answered any more.
    mutating func leaveAll() {
        while !taken.isEmpty { leave() }
    }
}
