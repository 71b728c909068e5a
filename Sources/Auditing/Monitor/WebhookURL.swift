internal import Encoding
package import HTTPCalls

/// The address to which events are sent.
///
/// It may have a query, and a user with a password, as services give them out; these, and the path,
/// are secrets. What is printed is scheme, host and port alone.
package struct WebhookURL: Sendable, CustomStringConvertible {
    /// Scheme, host and port.
    package let service: ServiceURL

    /// Path and query.
    let path: String

    /// What `Authorization` says; nil where the address names no user.
    let authorization: String?

    /// Bytes of an address at the most.
    private static let byteLimit = 2_048

    /// Parses an address: https, or http where it leads to this machine alone.
    package init(_ text: String) throws(WebhookURLError) {
        guard text.utf8.count <= Self.byteLimit else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("#") else {
            throw .characters
        }
        let scheme = text.lowercased().hasPrefix("https://") ? text.prefix(8) : text.prefix(7)
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        do throws(ServiceURLError) {
            service = try ServiceURL(String(scheme + host))
        } catch {
            throw .address("\(error)")
        }
        guard service.isSecure || service.isLoopback else { throw .plain }
        let path = rest.dropFirst(authority.count)
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
        guard let at else {
            authorization = nil
            return
        }
        guard let user = Self.unescaped(authority[..<at]) else { throw .characters }
        authorization = "Basic " + Base64.encode(user)
    }

    package var description: String { service.description }

    /// Undoes percent-encoding (RFC 3986 §2.1); nil where it is none.
    private static func unescaped(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self).lowercased()
            guard let value = Hex.decode(digits), value.count == 1, value[0] >= 0x20 else {
                return nil
            }
            bytes += value
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

/// Why a text is no address for events; no part of it is repeated.
package enum WebhookURLError: Error, Hashable {
    /// It is longer than addresses are.
    case tooLong

    /// It holds a space, a control character, a fragment or something outside ASCII.
    case characters

    /// Scheme, host or port are not as they must be.
    case address(String)

    /// It leads over a wire without TLS.
    case plain
}

extension WebhookURLError: CustomStringConvertible {
    /// The rule that is broken.
    package var description: String {
        switch self {
        case .tooLong: "is longer than 2048 bytes"
        case .characters: "has characters that an address cannot have"
        case .address(let words): words
        case .plain: "is http:// and not on this machine: events go over https:// only"
        }
    }
}
