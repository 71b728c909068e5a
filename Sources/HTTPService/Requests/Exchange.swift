package import HTTPTypes
import Hummingbird
package import HummingbirdCore

/// One request without its body, with what answering it needs to know.
package struct Exchange: Sendable {
    package let method: HTTPRequest.Method
    package let uri: URI
    package let headers: HTTPFields
    package let peer: Peer
    package let start = ContinuousClock.now

    package init(_ head: HTTPRequest, from peer: Peer) {
        method = head.method
        uri = URI(head.path ?? "")
        headers = head.headerFields
        self.peer = peer
    }

    /// What the client accepts; read where an answer depends on it.
    package var accepted: Accepted { Accepted(headers) }

    /// The length of the body, where the client has said it.
    package var contentLength: UInt64? { headers[.contentLength].flatMap { UInt64($0) } }
}
