/// The place that a stream of HTTP/2 takes from its opening until its task has ended.
///
/// It is given back with this value. Where the stream is reset, by its client or by us, its channel
/// closes at once, and its task ends when it gets its turn: so channels alone tell too little.
final class StreamPlace: Sendable {
    private let places: Pool
    private let client: Client?
    private let whenEnded: @Sendable () -> Void

    /// Takes a place; nil where there is none, or where the peer has as many as are free.
    ///
    /// A proxy that is trusted, or a bastion, speaks for very many clients: it has no part.
    ///
    /// - Parameter watched: returns what is called at the end.
    init?(_ shared: Shared, of peer: Peer, _ watched: () -> @Sendable () -> Void) {
        let client = peer.isProxy ? nil : peer.client
        guard shared.unfinished.take(1, for: client?.unfinished) else { return nil }
        (places, self.client, whenEnded) = (shared.unfinished, client, watched())
    }

    deinit {
        places.give(back: 1, from: client?.unfinished)
        whenEnded()
    }
}
