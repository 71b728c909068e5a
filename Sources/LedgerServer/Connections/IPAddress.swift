/// The bytes of an address in text.
package enum IPAddress {
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
        let bytes = parts.compactMap { decimal(String($0)).flatMap { UInt8(exactly: $0) } }
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
