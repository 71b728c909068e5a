import HTTPTypes
import NIOCore
import Synchronization

/// A client: all addresses of one network, and its part of the shared pools.
final class Client: Sendable {
    /// The network of their addresses.
    let network: IPAddress.Network

    let connections = Pool.Part()
    let streams = Pool.Part()
    let unfinished = Pool.Part()
    let memory = Pool.Part()

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

    func client(of network: IPAddress.Network) -> Client {
        entries.withLock { entries in
            if let known = entries[network]?.client { return known }
            let new = Client(network, self)
            entries[network] = Entry(client: new)
            return new
        }
    }

    /// Forgets a client that is gone, and not the next one of the same name.
    func forget(_ network: IPAddress.Network) {
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
final class Clients: Sendable {
    /// Whose word about a client's address is taken; nil where the peer is a bastion, whose is.
    private let proxies: TrustedProxies?
    private let table: ClientTable

    init(proxies: TrustedProxies) {
        self.proxies = proxies
        table = ClientTable()
    }

    private init(bastionOf clients: Clients) {
        proxies = nil
        table = clients.table
    }

    /// The same clients, where they come through a bastion.
    var behindBastion: Clients { Clients(bastionOf: self) }

    /// Returns the client at the other end of a connection.
    func peer(of channel: any Channel) -> Peer {
        let address = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        return Peer(
            channel: channel, address: address, client: address.map { client(at: $0) },
            isProxy: address.map { proxies?.contains($0) ?? true } ?? false)
    }

    /// Returns the client at an address.
    func client(at address: IPAddress) -> Client {
        table.client(of: address.network)
    }

    /// Returns the address that a request came from, as far as it can be believed; nil where it
    /// came from a process on this machine, over a Unix socket.
    ///
    /// What no proxy of ours would write is not believed: the request is then the proxy's own.
    func address(behind peer: Peer, _ fields: HTTPFields) -> IPAddress? {
        guard peer.isProxy, let address = peer.address else { return peer.address }
        return proxies?.client(behind: address, fields)
            ?? TrustedProxies.client(behindBastion: address, fields)
    }

    /// Returns whom a request counts as; nil where it came over a Unix socket.
    func client(behind peer: Peer, _ fields: HTTPFields) -> Client? {
        guard peer.isProxy, let address = address(behind: peer, fields) else { return peer.client }
        return client(at: address)
    }
}

/// The other end of a connection.
struct Peer: Sendable {
    let channel: any Channel

    /// Its address; nil where it is a process on this machine, over a Unix socket.
    let address: IPAddress?

    /// The client that it counts for.
    let client: Client?

    /// Whether its word about whom it speaks for is taken.
    let isProxy: Bool

    /// Has the connection tell a client that its body is wanted.
    func inviteBody(isCounted: Bool) {
        channel.triggerUserOutboundEvent(BodyIsWanted(isCounted: isCounted), promise: nil)
    }
}

/// The event by which a handler asks the connection for the request's body.
struct BodyIsWanted: Sendable {
    /// Reads of ``ServiceLimits/bodyReadBytes`` are counted, or taken as they come.
    let isCounted: Bool
}
