package import HTTPTypes
package import NIOCore
import Synchronization

/// Everyone with addresses of one network, and what they have of what all share.
package final class Client: Sendable {
    /// What they have in common.
    package let network: IPAddress.Network

    package let connections = Pool.Part()
    package let streams = Pool.Part()
    package let memory = Pool.Part()

    private let table: ClientTable

    fileprivate init(_ network: IPAddress.Network, _ table: ClientTable) {
        self.network = network
        self.table = table
    }

    deinit {
        table.forget(network)
    }
}

/// The clients that have anything: each is there as long as somebody keeps it.
private final class ClientTable: Sendable {
    /// Weak, so that nothing has to be counted, and bounded by what clients have.
    private struct Entry {
        weak var client: Client?
    }

    private let entries = Mutex<[IPAddress.Network: Entry]>([:])

    package func client(of network: IPAddress.Network) -> Client {
        entries.withLock { entries in
            if let known = entries[network]?.client { return known }
            let new = Client(network, self)
            entries[network] = Entry(client: new)
            return new
        }
    }

    /// Forgets a client that is gone, and not the next one of the same name.
    package func forget(_ network: IPAddress.Network) {
        // Released after the lock: it may be the last to be, and forgets itself then.
        let next = entries.withLock { entries in
            let next = entries[network]?.client
            if next == nil { entries[network] = nil }
            return next
        }
        withExtendedLifetime(next) {}
    }
}

/// Tells clients apart by their addresses, also behind the proxies that are trusted.
package final class Clients: Sendable {
    private let proxies: TrustedProxies
    private let table = ClientTable()

    package init(proxies: TrustedProxies) {
        self.proxies = proxies
    }

    /// Returns who is at the other end of a connection.
    package func peer(of channel: any Channel) -> Peer {
        let address = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        return Peer(
            channel: channel, address: address, client: address.map { client(at: $0) },
            isProxy: address.map { proxies.contains($0) } ?? false)
    }

    /// Returns the client at an address.
    package func client(at address: IPAddress) -> Client {
        table.client(of: address.network)
    }

    /// Returns the address that a request came from, as far as it can be believed; nil where it
    /// came from a process on this machine, over a Unix socket.
    ///
    /// What no proxy of ours would write is not believed: the request is then the proxy's own.
    package func address(behind peer: Peer, _ fields: HTTPFields) -> IPAddress? {
        guard peer.isProxy, let address = peer.address else { return peer.address }
        return proxies.client(behind: address, fields)
    }

    /// Returns whom a request counts as; nil where it came over a Unix socket.
    package func client(behind peer: Peer, _ fields: HTTPFields) -> Client? {
        guard peer.isProxy, let address = address(behind: peer, fields) else { return peer.client }
        return client(at: address)
    }
}

/// The other end of a connection.
package struct Peer: Sendable {
    package let channel: any Channel

    /// Its address; nil where it is a process on this machine, over a Unix socket.
    package let address: IPAddress?

    /// Whom it counts as.
    package let client: Client?

    /// Whether its word about whom it speaks for is taken.
    package let isProxy: Bool

    /// Tells a client that waits for leave to send its body (RFC 9110 §10.1.1) to go on.
    ///
    /// Called where the body is read, so a request that is refused by its header alone costs
    /// nobody its body.
    package func inviteBody(of headers: HTTPFields) {
        guard headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil)
    }
}

/// The event by which a handler asks the connection for the request's body.
package struct BodyIsWanted: Sendable {}
