import HTTPTypes

/// The target of a request of HTTP/1 (RFC 9112 §3.2).
struct RequestTarget {
    /// Path and query, or "*".
    let path: String

    /// The authority in the target, where it has one: it counts, and `Host` does not.
    let authority: String?

    /// Reads a target in origin, absolute or asterisk form; other forms are for proxies.
    init(_ text: String, _ method: HTTPRequest.Method) throws(MalformedRequest) {
        guard !text.utf8.contains(UInt8(ascii: "#")) else {
            throw MalformedRequest("target: must have no fragment")
        }
        if text.utf8.first == UInt8(ascii: "/") {
            (path, authority) = (text, nil)
            return
        }
        if text == "*", method == .options {
            (path, authority) = (text, nil)
            return
        }
        let start = text.prefix("https://".count).lowercased()
        guard let scheme = ["http://", "https://"].first(where: start.hasPrefix) else {
            throw MalformedRequest("target: must be a path, or an http URI")
        }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        guard !host.isEmpty, Authority.isValid(host) else {
            throw MalformedRequest("target: must have a host")
        }
        let path = rest.dropFirst(host.count)
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
        authority = String(host)
    }
}

/// The authority of a request: a host and perhaps a port.
enum Authority {
    /// Whether this is one (RFC 3986 §3.2.2, without user information), or nothing at all.
    static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "[") else { return isNameAndPort(bytes[...]) }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
        return IPAddress.bytes(of: String(decoding: bytes[1..<end], as: UTF8.self)) != nil
            && bytes[1..<end].contains(UInt8(ascii: ":")) && isPort(bytes[(end + 1)...])
    }

    private static func isNameAndPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        let name = bytes.prefix { $0 != UInt8(ascii: ":") }
        return name.allSatisfy(isOfName) && isPort(bytes[name.endIndex...])
    }

    /// Whether there is nothing, or a colon and digits, of which there may be none.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        let digits = bytes.dropFirst()
        return first == UInt8(ascii: ":") && digits.count <= 5
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// unreserved, sub-delims or a percent sign.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-._~!$&'()*+,;=%".utf8.contains(byte)
        }
    }
}

/// A request that breaks a rule of HTTP which the parser does not know.
struct MalformedRequest: Error {
    /// The field and the rule.
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }

    static func host(_ rule: String) -> MalformedRequest {
        MalformedRequest("host: \(rule)")
    }
}
