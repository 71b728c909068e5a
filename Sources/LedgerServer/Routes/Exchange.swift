import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// One request without its body, with what answering it needs to know.
struct Exchange: Sendable {
    let method: HTTPRequest.Method
    let uri: URI
    let headers: HTTPFields
    let peer: Peer
    let start = ContinuousClock.now

    init(_ head: HTTPRequest, from peer: Peer) {
        method = head.method
        uri = URI(head.path ?? "")
        headers = head.headerFields
        self.peer = peer
    }

    /// What the client accepts; read where an answer depends on it.
    var accepted: Accepted { Accepted(headers) }

    /// The length of the body, where the client has said it.
    var contentLength: UInt64? { headers[.contentLength].flatMap { UInt64($0) } }
}

/// The other end of a connection.
struct Peer: Sendable {
    let channel: any Channel

    /// Its address; nil where it is a process on this machine, over a Unix socket.
    let address: String?

    /// The same as bytes.
    let addressBytes: [UInt8]

    init(_ channel: any Channel) {
        self.channel = channel
        address = channel.remoteAddress?.ipAddress
        addressBytes = address.flatMap { IPAddress.bytes(of: $0) } ?? []
    }

    /// Tells a client that waits for leave to send its body (RFC 9110 §10.1.1) to go on.
    ///
    /// Called where the body is read, so a request that is refused by its header alone costs
    /// nobody its body.
    func inviteBody(of exchange: Exchange) {
        guard exchange.headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil)
    }
}

/// The event by which a handler asks the connection for the request's body.
struct BodyIsWanted: Sendable {}
