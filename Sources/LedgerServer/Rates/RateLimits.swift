import Encoding
import Ledger
import Metrics

/// What issuers and addresses have left of their shares.
final class RateLimits: Sendable {
    private let issuers: RateTable
    private let addresses: RateTable
    private let proxies: TrustedProxies
    private let issuerRefusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "issuer")])
    private let addressRefusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "address")])

    /// Creates limits that nobody has used yet.
    ///
    /// `options` has the rates, and the proxies that say who a client is.
    init(options: ServerOptions) {
        let limits = options.limits
        let clock = options.monotonicClock
        issuers = RateTable(rate: limits.issuerRate, burst: limits.issuerBurst, clock: clock)
        addresses = RateTable(rate: limits.refusalRate, burst: limits.refusalBurst, clock: clock)
        proxies = options.proxies
    }

    /// Returns the gate that the statements of a request go through.
    func gate(of exchange: Exchange) -> any AdmissionGate {
        Gate(limits: self, sender: proxies.sender(of: exchange))
    }

    private struct Gate: AdmissionGate {
        let limits: RateLimits
        let sender: [UInt8]

        func mayAsk() -> Bool {
            let mayAsk = limits.addresses.hasRoom(sender)
            if !mayAsk { limits.addressRefusals.increment() }
            return mayAsk
        }

        func hasRoom(issuer: Text) -> Bool {
            let hasRoom = limits.issuers.hasRoom(issuer)
            if !hasRoom { limits.issuerRefusals.increment() }
            return hasRoom
        }

        func take(issuer: Text) -> Bool {
            let isTaken = limits.issuers.take(issuer)
            if !isTaken { limits.issuerRefusals.increment() }
            return isTaken
        }

        func refused() {
            _ = limits.addresses.take(sender)
        }
    }
}

extension TrustedProxies {
    /// Returns the bytes by which a sender is counted: an IPv4 address, or the half of an IPv6
    /// address that names a network, because one client has all of the other half.
    fileprivate func sender(of exchange: Exchange) -> [UInt8] {
        let address =
            isEmpty
            ? exchange.peer.addressBytes : IPAddress.bytes(of: client(of: exchange)) ?? []
        return address.count == 16 ? Array(address.prefix(8)) : address
    }
}
