package import HTTPTypes
import HummingbirdCore
package import NIOCore

/// One request without its body, with what answering it needs to know.
///
/// It is one reference: whoever answers later keeps it, and it is of many parts that others share.
package final class Exchange: Sendable {
    package let method: HTTPRequest.Method
    package let headers: HTTPFields

    /// The length of the body, where the client has said it.
    package let contentLength: UInt64?

    let start = ContinuousClock.now
    private let uri: URI
    private let peer: Peer
    private let shared: Shared

    init(_ head: HTTPRequest, from peer: Peer, _ shared: Shared) {
        method = head.method
        uri = URI(head.path ?? "")
        headers = head.headerFields
        contentLength = head.headerFields.text(of: .contentLength).flatMap { UInt64($0) }
        self.peer = peer
        self.shared = shared
    }

    /// The path, as it was sent.
    package var path: String { uri.path }

    /// What follows the path's "?"; nil where there is none.
    package var query: String? { uri.query }

    /// What the client accepts; read where an answer depends on it.
    package var accepted: Accepted { Accepted(headers) }

    /// The address that the request came from, as far as it can be believed; nil where it came
    /// from a process on this machine, over a Unix socket.
    package var address: IPAddress? { shared.clients.address(behind: peer, headers) }

    /// The event loop of its connection.
    package var loop: any EventLoop { peer.channel.eventLoop }

    /// Takes room for what the request keeps in memory; nil where there is too little.
    package func room(_ count: Int, for taker: Room.Taker) -> Room? {
        let client = shared.clients.client(behind: peer, headers)
        return Room(count, in: shared.memory, of: client, for: taker)
    }

    /// Tells a client that waits for leave to send its body (RFC 9110 §10.1.1) to go on.
    ///
    /// Called where the body is read, so a request that is refused by its header alone costs
    /// nobody its body. Where room for reads of ``bodyReadBytes`` is taken, they are as long.
    package func inviteBody(isCounted: Bool = false) {
        guard isCounted || headers[.expect] != nil else { return }
        peer.inviteBody(isCounted: isCounted)
    }

    /// Bytes of a body that may have been read and wait for whoever takes it; room for them is
    /// taken by who takes the body as it comes.
    package var bodyReadBytes: Int { shared.limits.bodyReadBytes }
}
