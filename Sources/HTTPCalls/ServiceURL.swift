/// Where a service answers: an http or https address, to which its paths are appended.
///
/// A value is well formed: scheme and host are there, nothing follows the path, and the
/// path does not end in a slash. Two spellings of one address are equal where they differ in the
/// case of scheme and host, in a port that the scheme has anyway, or in slashes at the end.
public struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// The address, without a slash at its end.
    public let description: String

    /// Parses `text`, such as "https://ledger.example/prints"; slashes at the end are dropped.
    public init(_ text: String) throws(ServiceURLError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .characters }
        let ports = ["http://": "80", "https://": "443"]
        let start = text.lowercased()
        guard let (scheme, usualPort) = ports.first(where: { start.hasPrefix($0.key) }) else {
            throw .scheme
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#@".contains($0) }) else { throw .trailing }
        let authority = rest.prefix { $0 != "/" }
        let (host, port) = try Self.parts(of: authority.lowercased())
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        let names = path.lowercased().replacing("%2e", with: ".").split(separator: "/")
        guard !names.contains("."), !names.contains("..") else { throw .path }
        let suffix = port.isEmpty || port == usualPort ? "" : ":\(port)"
        description = scheme + host + suffix + path
    }

    /// Whether it is spoken to over TLS.
    package var isSecure: Bool { description.hasPrefix("https://") }

    /// Whether it is on this machine: no wire leads to it.
    package var isLoopback: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
    }

    /// The host, without the brackets of an IPv6 address.
    var host: String {
        let authority = authority
        guard authority.hasPrefix("[") else { return String(authority.prefix { $0 != ":" }) }
        return String(authority.dropFirst().prefix { $0 != "]" })
    }

    /// The port, also where it is the usual one and is not written.
    var port: Int {
        let rest = authority.reversed().prefix { $0 != ":" && $0 != "]" }
        guard rest.count < authority.count, let port = Int(String(rest.reversed())) else {
            return isSecure ? 443 : 80
        }
        return port
    }

    private var authority: Substring {
        description.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" }
    }

    /// Takes host and port apart; the port is empty where there is none, and has no leading zero.
    private static func parts(
        of authority: String
    ) throws(ServiceURLError) -> (host: String, port: String) {
        let isLiteral = authority.hasPrefix("[")
        let host =
            isLiteral
            ? authority.prefix { $0 != "]" } + (authority.contains("]") ? "]" : "")
            : authority.prefix { $0 != ":" }
        let allowed = isLiteral ? "0123456789abcdef:.[]" : "abcdefghijklmnopqrstuvwxyz0123456789.-_"
        guard !host.isEmpty, host != "[]", isLiteral == host.hasSuffix("]"),
            host.allSatisfy(allowed.contains)
        else { throw .host }
        let rest = authority.dropFirst(host.count)
        guard !rest.isEmpty, rest != ":" else { return (String(host), "") }
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let port = UInt16(rest.dropFirst()), port > 0
        else { throw .port }
        return (String(host), String(port))
    }
}

/// Why a text is not the address of a service.
public enum ServiceURLError: Error, Hashable {
    /// It holds a space, a control character or something outside ASCII.
    case characters

    /// It does not begin with http:// or https://.
    case scheme

    /// It names no host, or one with characters that no host has.
    case host

    /// What follows the host is no port from 1 to 65535.
    case port

    /// Its path goes through "." or "..", which is another address than it seems.
    case path

    /// It holds a query, a fragment or a user, which an address of a service has not.
    case trailing
}

extension ServiceURLError: CustomStringConvertible {
    /// The rule that is broken, for a person.
    public var description: String {
        switch self {
        case .characters: "has characters that an address cannot have"
        case .scheme: "begins with neither http:// nor https://"
        case .host: "names no host"
        case .port: "has a port that is none"
        case .path: "has \".\" or \"..\" in its path"
        case .trailing: "has a query, a fragment or a user; give scheme, host and path only"
        }
    }
}
