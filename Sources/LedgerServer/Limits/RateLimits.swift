import Encoding
import HTTPService
import Ledger
import Metrics

/// The token buckets of issuers and of addresses.
final class RateLimits: Sendable {
    private let issuers: RateTable
    private let addresses: RateTable
    private let askers: RateTable
    private let issuerRefusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "issuer")])
    private let addressRefusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "address")])

    private let questionRefusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "question")])

    /// Creates limits that nobody has used yet.
    ///
    /// `clock` counts nanoseconds and never goes back.
    init(_ limits: LedgerLimits, clock: @escaping @Sendable () -> UInt64) {
        issuers = RateTable(rate: limits.issuerRate, burst: limits.issuerBurst, clock: clock)
        addresses = RateTable(rate: limits.refusalRate, burst: limits.refusalBurst, clock: clock)
        askers = RateTable(rate: limits.questionRate, burst: limits.questionBurst, clock: clock)
    }

    /// Returns the gate that the statements of a request go through.
    func gate(of exchange: Exchange) -> any AdmissionGate {
        Gate(limits: self, sender: exchange.address?.network)
    }

    /// Returns what takes the share of a sender for one entry that a request asks about.
    func questions(of exchange: Exchange) -> @Sendable () -> Bool {
        let sender = exchange.address?.network
        return { [self] in
            let isTaken = askers.take(sender)
            if !isTaken { questionRefusals.increment() }
            return isTaken
        }
    }

    private struct Gate: AdmissionGate {
        let limits: RateLimits
        let sender: IPAddress.Network?

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
