/// The place that a stream of HTTP/2 takes from its opening until its task has ended.
///
/// It is given back with this value. Where the stream is reset, by its client or by us, its channel
/// closes at once, and its task ends when it gets its turn: so channels alone tell too little.
final class StreamPlace: Sendable {
    private let places: Pool
    private let client: Client?

    /// Takes a place; nil where there is none, or where the peer has as many as are free.
    ///
    /// A proxy that is trusted, or a bastion, speaks for very many clients: it has no part.
    init?(_ shared: Shared, of peer: Peer) {
        places = shared.unfinished
        client = peer.isProxy ? nil : peer.client
        guard places.take(1, for: client?.unfinished) else { return nil }
    }

    deinit {
        places.give(back: 1, from: client?.unfinished)
    }
}
