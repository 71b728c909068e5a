import HTTPTypes
import Hummingbird
import HummingbirdCore

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
