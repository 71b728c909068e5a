import Encoding
/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable {
    /// Everyone with an address in here counts as one client: an IPv4 address, or the half of an
    /// IPv6 address that names a network (RFC 4291 §2.5.1), because one client has all of the
    /// other half.
    package struct Network: Hashable, Sendable {
        private let number: UInt64
        private let isVersion4: Bool

        fileprivate init(_ number: UInt64, isVersion4: Bool) {
            self.number = number
            self.isVersion4 = isVersion4
        }
    }

    /// 4 or 16 bytes.
    package let bytes: [UInt8]

    /// The network that it counts as a part of.
    package var network: Network {
        Network(
            bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, isVersion4: bytes.count == 4)
    }

    /// Reads an address; nil where it is none.
    package init?(_ text: String) {
        guard let bytes = Self.bytes(of: text) else { return nil }
        self.bytes = bytes
    }

    /// Reads a hop as proxies write it; nil for anything else.
    ///
    /// It is an address, with or without a port and quotes; an IPv6 address with a port is in
    /// brackets, without one it may be:
    ///
    ///     192.0.2.1   192.0.2.1:4711   2001:db8::1   [2001:db8::1]   "[2001:db8::1]:4711"
    package init?(hop: some StringProtocol) {
        var text = Substring(hop.filter { $0 != " " && $0 != "\t" })
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = text.dropFirst().dropLast()
        }
        let isBracketed = text.hasPrefix("[")
        if isBracketed {
            guard let end = text.firstIndex(of: "]"),
                Self.isPort(text[text.index(after: end)...])
            else { return nil }
            text = text[..<end].dropFirst()
        } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
            guard Self.isPort(text[colon...]) else { return nil }
            text = text[..<colon]
        }
        // A zone (RFC 4007 §11) says where on the proxy's machine the address is meant.
        let zone = text.contains(":") ? text.firstIndex(of: "%") : nil
        let address = text[..<(zone ?? text.endIndex)]
        guard let bytes = Self.bytes(of: String(address)), !isBracketed || text.contains(":")
        else { return nil }
        self.bytes = bytes
    }

    /// Whether the text is empty, or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        guard text.hasPrefix(":") else { return text.isEmpty }
        let digits = text.dropFirst()
        return (1...5).contains(digits.utf8.count) && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            && UInt16(digits) != nil
    }
}

extension IPAddress: CustomStringConvertible {
    /// The one text of the address: dotted decimal, or RFC 5952.
    package var description: String {
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        // The first of the longest runs of two or more zeros is left out (RFC 5952 §4.2).
        let zeros = (0..<8).map { start in groups[start...].prefix { $0 == 0 }.count }
        let length = zeros.reduce(0, max)
        let texts = groups.map { String($0, radix: 16) }
        guard length >= 2, let start = zeros.firstIndex(of: length) else {
            return texts.joined(separator: ":")
        }
        return texts[..<start].joined(separator: ":") + "::"
            + texts[(start + length)...].joined(separator: ":")
    }
}

extension IPAddress {
    /// Reads an IPv4 or IPv6 address: 4 or 16 bytes, or nil where it is none.
    ///
    /// An IPv4 address in IPv6 clothes (`::ffff:a.b.c.d`, how a socket for both writes its
    /// clients) is read as the 4 bytes it is.
    package static func bytes(of text: String) -> [UInt8]? {
        guard text.contains(":") else { return version4(text[...]) }
        guard let bytes = version6(text) else { return nil }
        let mapped = Array(repeating: UInt8(0), count: 10) + [0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { UInt64(decimal: String($0)).flatMap { UInt8(exactly: $0) } }
        return bytes.count == 4 ? bytes : nil
    }

    /// RFC 4291 §2.2: eight groups, where one "::" stands for groups of zeros.
    private static func version6(_ text: String) -> [UInt8]? {
        let halves = text.split(
            separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = version4(part) else { return nil }
                bytes += last
            } else {
                // `UInt16` alone would take a sign: "-0" is no group.
                guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
            }
        }
        return bytes
    }
}
