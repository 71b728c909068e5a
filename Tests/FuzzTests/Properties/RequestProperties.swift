import Checkpoints
import Encoding
import HTTPService
import HTTPTypes
import LedgerServer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FuzzTarget {
    /// However a batch arrives, the same items are taken out of it, and no more than the limits
    /// allow.
    ///
    /// The first byte chooses the pieces, the second whether the body is gzip-encoded.
    static func batch(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let isGzip = bytes.dropFirst().first ?? 0 > 127
        let body = Array(bytes.dropFirst(2))
        var limits = LedgerLimits()
        (limits.statementBytes, limits.batchItems, limits.batchBytes) = (200, 20, 2000)
        let whole = batchItems(body, pieces: [body.count], isGzip, limits)
        let cut = batchItems(body, pieces: Pieces.sizes(bytes.first ?? 0), isGzip, limits)
        // What breaks a batch is found earlier where more has arrived; items stay the same.
        let (one, other) = (statements(whole), statements(cut))
        try hold(
            one == other || one.starts(with: other) || other.starts(with: one),
            "pieces of a batch give the statements of the whole")
        try hold(one.count <= limits.batchItems, "statements are counted")
        try hold(whole.count <= limits.batchItems + 1, "one answer ends a batch")
        try hold(one.allSatisfy { $0.count <= limits.statementBytes }, "a statement has a limit")
        try hold(
            one.reduce(0) { $0 + $1.count } <= limits.batchBytes, "statements have a limit")
        return one.count == whole.count && !one.isEmpty
    }

    private static func batchItems(
        _ body: [UInt8], pieces: [Int], _ isGzip: Bool, _ limits: LedgerLimits
    ) -> [BatchItem] {
        var reader = BatchReader(limits: limits, isGzip: isGzip)
        var items: [BatchItem] = []
        for piece in Pieces.cut(body, pieces) where !reader.isOver {
            reader.append(Array(piece))
            while let more = reader.next() { items += more }
        }
        return items + reader.lastItems()
    }

    private static func statements(_ items: [BatchItem]) -> [[UInt8]] {
        items.compactMap { if case .statement(let bytes) = $0 { bytes } else { nil } }
    }

    /// A path, a query, `Accept`, `Accept-Encoding` and an address, a line each.
    static func request(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        func line(_ number: Int) -> String { number < lines.count ? lines[number] : "" }
        if let resource = LedgerResource(line(0)[...]), case .tile(let path) = resource {
            try hold(path.description == line(0), "a tile has one path")
        }
        let isQuery = try query(line(1))
        var fields = HTTPFields()
        fields[.accept] = line(2)
        fields[.acceptEncoding] = line(3)
        let accepted = Accepted(fields)
        // As the field holds them: it drops what no header may have.
        let types = (fields[.accept] ?? "").lowercased().filter { $0 != " " && $0 != "\t" }
        if accepted.allows("application/cose"), !types.contains("*") {
            // A list of nothing but separators names nothing.
            let isEmpty = types.allSatisfy { $0 == "," }
            try hold(
                types.contains("application/cose") || isEmpty, "what is allowed is named")
        }
        if accepted.gzip {
            let list = (fields[.acceptEncoding] ?? "").lowercased()
                .filter { $0 != " " && $0 != "\t" }
            try hold(list.contains("gzip") || list.contains("*"), "what is encoded is named")
        }
        try address(line(4))
        return isQuery
    }

    /// A query comes back from its values, and has only the escapes of RFC 3986 §2.1.
    private static func query(_ text: String) throws(BrokenProperty) -> Bool {
        let names: Set<String> = ["sub", "iss", "limit", "after"]
        guard let query = try? Query(text, allowed: names) else { return false }
        for escape in text.utf8.split(separator: 0x25, omittingEmptySubsequences: false)
            .dropFirst()
        {
            try hold(
                escape.count >= 2 && escape.prefix(2).allSatisfy(isHexDigit),
                "a percent sign is followed by two digits")
        }
        let pairs = names.sorted().compactMap { name in
            query[name].map { (name: name, value: $0) }
        }
        let written = pairs.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
        guard let again = try? Query(written, allowed: names) else {
            throw BrokenProperty(description: "untrue: the values of a query can be written")
        }
        for (name, value) in pairs {
            try hold(again[name].map { Array($0.utf8) } == Array(value.utf8), "\(name) is the same")
            if let number = try? query.number(name) {
                try hold(String(number) == value, "a number has one spelling")
            }
        }
        return !pairs.isEmpty
    }

    private static func escaped(_ value: String) -> String {
        value.utf8.map { "%" + Hex.encode([$0]) }.joined()
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    /// An address is read as the C library reads it.
    private static func address(_ text: String) throws(BrokenProperty) {
        guard !text.utf8.contains(0) else { return }
        let ours = IPAddress.bytes(of: text)
        var theirs = [UInt8](repeating: 0, count: 16)
        let family = text.contains(":") ? AF_INET6 : AF_INET
        let isAddress = unsafe theirs.withUnsafeMutableBytes { bytes in
            unsafe inet_pton(family, text, bytes.baseAddress) == 1
        }
        try hold((ours != nil) == isAddress, "an address is one for the C library too")
        guard let ours, isAddress else { return }
        let mapped = family == AF_INET6 && ours.count == 4
        let same = mapped ? Array(theirs[12...]) : Array(theirs[..<ours.count])
        try hold(ours == same, "an address has the bytes that the C library reads")
        // A proxy may write it with a port, in brackets and quotes; it has one text of ours.
        for hop in [text, " \(text)", "\"\(text)\""]
            + (text.contains(":") ? ["[\(text)]", "[\(text)]:1"] : ["\(text):65535"])
        {
            try hold(IPAddress(hop: hop)?.bytes == ours, "a hop is the address in it")
        }
        let again = IPAddress(text).map { "\($0)" }.flatMap { IPAddress($0) }
        try hold(again?.bytes == ours, "an address is read back from its text")
    }
}
