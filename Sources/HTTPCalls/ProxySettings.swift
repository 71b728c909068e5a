import Foundation

/// Which proxy stands between this machine and a service, as the environment says.
///
/// `https_proxy` and `http_proxy` name it, by the service's scheme; `no_proxy` lists what is spoken
/// to directly: hosts, domains with all that is below them, or `*`. The first and the last may be
/// in upper case; `HTTP_PROXY` is not looked at, for a web server fills it from a request. This
/// machine itself is always spoken to directly.
public struct ProxySettings: Sendable {
    /// The variables that are looked at.
    public static let names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "no_proxy", "NO_PROXY"]

    private let variables: [String: String]

    /// Takes the settings out of an environment.
    public init(environment: [String: String]) {
        variables = environment.filter { !$0.value.isEmpty }
    }

    /// Returns the proxy for `service`; nil where it is spoken to directly.
    public func proxy(for service: ServiceURL) throws(ProxyError) -> ProxyAddress? {
        let names = service.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let found = names.lazy.compactMap { name in variables[name].map { (name, $0) } }.first
        guard let (name, text) = found, !isDirect(service) else { return nil }
        return try ProxyAddress(text, from: name)
    }

    private func isDirect(_ service: ServiceURL) -> Bool {
        if service.isLoopback { return true }
        let list = variables["no_proxy"] ?? variables["NO_PROXY"] ?? ""
        return list.split { $0 == "," || $0 == " " }.contains { entry in
            Self.covers(entry.lowercased(), service.host, port: service.port)
        }
    }

    /// Whether `example.org`, `.example.org`, `*.example.org` or one of these with a port covers a
    /// host.
    private static func covers(_ entry: String, _ host: String, port: Int) -> Bool {
        if entry == "*" { return true }
        var name = entry[...]
        if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon {
            guard Int(name[name.index(after: colon)...]) == port else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("*") { name = name.dropFirst() }
        let domain = name.hasPrefix(".") ? name.dropFirst() : name
        return !domain.isEmpty && (host == domain || host.hasSuffix("." + domain))
    }
}

/// Where a proxy answers.
public struct ProxyAddress: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// User and password, as `USER:PASSWORD`; nil where the proxy asks for none.
    let credentials: String?

    /// The address, without the password.
    public var description: String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Reads `http://HOST:PORT`, `http://USER:PASSWORD@HOST:PORT` or `HOST:PORT`, the value of the
    /// variable `name`.
    init(_ text: String, from name: String) throws(ProxyError) {
        var rest = text[...]
        if let scheme = rest.range(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else {
                throw .scheme(variable: name)
            }
            rest = rest[scheme.upperBound...]
        }
        if let at = rest.lastIndex(of: "@") {
            guard let plain = String(rest[..<at]).removingPercentEncoding else {
                throw .malformed(variable: name)
            }
            credentials = plain
            rest = rest[rest.index(after: at)...]
        } else {
            credentials = nil
        }
        do throws(ServiceURLError) {
            // A proxy without a port is at 80, as its scheme says.
            let address = try ServiceURL("http://\(rest)")
            (host, port) = (address.host, address.port)
        } catch {
            throw .malformed(variable: name)
        }
    }
}

/// Why the environment names no usable proxy.
public enum ProxyError: Error, Hashable, CustomStringConvertible {
    /// It is spoken to by something else than plain HTTP.
    case scheme(variable: String)

    /// It is no address.
    case malformed(variable: String)

    /// The variable that names it.
    public var variable: String {
        switch self {
        case .scheme(let variable), .malformed(let variable): variable
        }
    }

    /// The rule that is broken; the value itself may hold a password.
    public var description: String {
        switch self {
        case .scheme: "names a proxy that is not http://: no other kind is spoken to"
        case .malformed: "is not the address of a proxy: http://HOST:PORT"
        }
    }
}
