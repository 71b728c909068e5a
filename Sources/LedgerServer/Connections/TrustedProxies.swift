import HTTPTypes
import HummingbirdCore
import NIOCore

/// The proxies whose word about a client's address we take.
public struct TrustedProxies: Sendable {
    /// One block of addresses.
    private struct Block: Sendable {
        let prefix: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == prefix.count else { return false }
            return (0..<bits).allSatisfy { bit in
                (address[bit / 8] ^ prefix[bit / 8]) & (0x80 >> (bit % 8)) == 0
            }
        }
    }

    private let blocks: [Block]

    /// Whether nobody is trusted, so that each client is the other end of its connection.
    var isEmpty: Bool { blocks.isEmpty }

    /// Trusts nobody.
    public init() {
        blocks = []
    }

    /// Reads blocks such as `10.0.0.0/8`, `::1/128` or a single address; nil for anything else.
    public init?(_ blocks: [String]) {
        var read: [Block] = []
        for block in blocks {
            let parts = block.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = parts.first, parts.count <= 2,
                let prefix = IPAddress.bytes(of: String(first))
            else { return nil }
            let bits = parts.count == 2 ? decimal(String(parts[1])) : UInt64(prefix.count * 8)
            guard let bits, bits <= prefix.count * 8 else { return nil }
            read.append(Block(prefix: prefix, bits: Int(bits)))
        }
        self.blocks = read
    }

    /// Returns the address that a request came from, as far as it can be believed.
    ///
    /// `X-Forwarded-For` is read from its end, as long as each address is a trusted proxy's.
    func client(of exchange: Exchange) -> String {
        guard var client = exchange.peer.address else { return "local" }
        guard !blocks.isEmpty else { return client }
        let hops = exchange.headers[values: .forwardedFor]
            .flatMap { $0.split(separator: ",") }
            .map { String($0.filter { $0 != " " && $0 != "\t" }) }
        for hop in hops.reversed() {
            guard isTrusted(client) else { break }
            client = hop
        }
        return client
    }

    /// Whether an address is in one of the blocks.
    func isTrusted(_ address: String) -> Bool {
        guard let bytes = IPAddress.bytes(of: address) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }
}
