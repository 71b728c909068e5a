import Encoding
import HTTPTypes

/// The proxies whose word about a client's address we take.
package struct TrustedProxies: Sendable {
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

    /// Trusts nobody.
    package init() {
        blocks = []
    }

    /// Reads blocks such as `10.0.0.0/8`, `::1/128` or a single address; nil for anything else.
    package init?(_ blocks: [String]) {
        var read: [Block] = []
        for block in blocks {
            let parts = block.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = parts.first, parts.count <= 2,
                let prefix = IPAddress.bytes(of: String(first))
            else { return nil }
            let bits =
                parts.count == 2 ? UInt64(decimal: String(parts[1])) : UInt64(prefix.count * 8)
            guard let bits, bits <= prefix.count * 8 else { return nil }
            read.append(Block(prefix: prefix, bits: Int(bits)))
        }
        self.blocks = read
    }

    /// Returns the address that a proxy's request came from, as far as it can be believed.
    ///
    /// `X-Forwarded-For` is read from its end, as long as each address is a trusted proxy's. Where
    /// it holds something else than an address, the last one before counts.
    func client(behind proxy: IPAddress, _ fields: HTTPFields) -> IPAddress {
        var client = proxy
        for field in fields[values: .forwardedFor].reversed() {
            var rest = field[...]
            while contains(client) {
                let comma = rest.lastIndex(of: ",")
                let hop = comma.map { rest[rest.index(after: $0)...] } ?? rest
                guard let address = IPAddress(hop: hop) else { return client }
                client = address
                guard let comma else { break }
                rest = rest[..<comma]
            }
            guard contains(client) else { return client }
        }
        return client
    }

    /// Returns the address that a bastion's request came from: it writes `X-Forwarded-For` itself,
    /// with this one address (C2SP https-bastion).
    static func client(behindBastion bastion: IPAddress, _ fields: HTTPFields) -> IPAddress {
        guard let field = fields[values: .forwardedFor].last else { return bastion }
        let comma = field.lastIndex(of: ",")
        return IPAddress(hop: comma.map { field[field.index(after: $0)...] } ?? field[...])
            ?? bastion
    }

    /// Whether an address is in one of the blocks.
    func contains(_ address: IPAddress) -> Bool {
        blocks.contains { $0.contains(address.bytes) }
    }
}
