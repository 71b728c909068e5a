/// Where a ledger answers: an http or https address, to which its paths are appended.
///
/// A value is well formed: scheme and host are there, nothing follows the path, and the
/// path does not end in a slash.
public struct LedgerURL: Hashable, Sendable, CustomStringConvertible {
    /// The address, without a slash at its end.
    public let description: String

    /// Parses `text`, such as "https://ledger.example/prints"; slashes at the end are dropped.
    public init(_ text: String) throws(LedgerURLError) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .characters }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { bytes.starts(with: $0.utf8) }) else {
            throw .scheme
        }
        var rest = bytes.dropFirst(scheme.utf8.count)
        while rest.last == UInt8(ascii: "/") { rest.removeLast() }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        guard !authority.isEmpty, authority.first != UInt8(ascii: ":") else { throw .host }
        let forbidden = Set("?#@".utf8)
        guard !rest.contains(where: forbidden.contains) else { throw .trailing }
        description = scheme + String(decoding: rest, as: UTF8.self)
    }
}

/// Why a text is not the address of a ledger.
public enum LedgerURLError: Error, Hashable {
    /// It holds a space, a control character or something outside ASCII.
    case characters

    /// It does not begin with http:// or https://.
    case scheme

    /// It names no host.
    case host

    /// It holds a query, a fragment or a user, which an address of a ledger has not.
    case trailing
}

extension LedgerURLError: CustomStringConvertible {
    /// The rule that is broken, for a person.
    public var description: String {
        switch self {
        case .characters: "has characters that an address cannot have"
        case .scheme: "begins with neither http:// nor https://"
        case .host: "names no host"
        case .trailing: "has a query, a fragment or a user; give scheme, host and path only"
        }
    }
}
