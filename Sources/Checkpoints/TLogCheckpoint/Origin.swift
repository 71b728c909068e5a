public import Encoding

/// The identity of a ledger: its URL without the scheme (log.md §1, C2SP tlog-tiles).
///
///     HOST [":" PORT] *("/" SEGMENT)      ledger.example/prints
///
/// ASCII only, 1...255 bytes. There is one spelling for one ledger: host in lower case, no
/// slash at the end, no empty, "." or ".." segment, and no "+", which key names cannot hold.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// The origin as checkpoints, key names and audiences spell it.
    public let text: Text

    /// The host with its port, as a URL spells them.
    public let authority: String

    /// The host alone; an IPv6 address keeps its brackets.
    public let host: String

    /// The port, where one is named.
    public let port: UInt16?

    /// The prefix of every path of the ledger: "/prints", or nothing.
    public let path: String

    /// Reads an origin.
    public init(_ text: Text) throws(OriginError) {
        let bytes = text.utf8
        guard (1...Checkpoint.maximumOriginByteCount).contains(bytes.count) else {
            throw .wrongLength(bytes.count)
        }
        if let byte = bytes.first(where: { !Self.isURICharacter($0) }) {
            throw .forbiddenCharacter(byte)
        }
        guard !text.string.contains("://") else { throw .scheme }
        let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let (host, port) = try Self.readAuthority(bytes[..<slash])
        try Self.checkPath(bytes[slash...])
        self.text = text
        self.host = host
        self.port = port
        self.authority = String(decoding: bytes[..<slash], as: UTF8.self)
        self.path = String(decoding: bytes[slash...], as: UTF8.self)
    }

    /// The origin as text.
    public var description: String { text.string }

    /// The ledger's URI, "https://" and the origin: issuer of what the ledger itself signs.
    public var uri: Text { Text("https://" + text.string) }

    /// RFC 3986 unreserved, reserved and "%", without the "+" that key names exclude.
    private static func isURICharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._~:/?#[]@!$&'()*,;=%".utf8.contains(byte)
        }
    }

    /// Reads host and port (RFC 3986 §3.2, without user information).
    private static func readAuthority(
        _ bytes: ArraySlice<UInt8>
    ) throws(OriginError) -> (String, UInt16?) {
        let isAddress = bytes.first == UInt8(ascii: "[")
        let closing = isAddress ? bytes.lastIndex(of: UInt8(ascii: "]")) : bytes.startIndex
        guard let closing else { throw .malformedHost }
        let colon = bytes[closing...].firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        let host = bytes[..<colon]
        guard isAddress ? isAddressLiteral(host) : isHostName(host) else { throw .malformedHost }
        let name = String(decoding: host, as: UTF8.self)
        guard colon < bytes.endIndex else { return (name, nil) }
        guard let number = decimal(bytes[(colon + 1)...]), number > 0,
            let port = UInt16(exactly: number)
        else { throw .malformedPort }
        return (name, port)
    }

    /// Says whether labels of lower-case letters, digits and inner hyphens make up the host.
    private static func isHostName(_ host: ArraySlice<UInt8>) -> Bool {
        host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { label in
                let hyphen = UInt8(ascii: "-")
                return !label.isEmpty && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { isLowerCase($0) || isDigit($0) || $0 == hyphen }
            }
    }

    /// Says whether the host is an IPv6 address in brackets, by its characters only.
    private static func isAddressLiteral(_ host: ArraySlice<UInt8>) -> Bool {
        guard host.count > 3, host.last == UInt8(ascii: "]") else { return false }
        let inner = host.dropFirst().dropLast()
        return inner.contains(UInt8(ascii: ":"))
            && inner.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
                    || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            }
    }

    /// Refuses paths that name the same place as another, or no place at all.
    private static func checkPath(_ path: ArraySlice<UInt8>) throws(OriginError) {
        guard !path.isEmpty else { return }
        guard path.last != UInt8(ascii: "/") else { throw .trailingSlash }
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments {
            let isDots = segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
            guard !segment.isEmpty, !isDots, isSegment(segment) else { throw .malformedPath }
        }
    }

    /// Says whether a segment has only path characters, with "%" before two hex digits
    /// (RFC 3986 §3.3).
    private static func isSegment(_ segment: ArraySlice<UInt8>) -> Bool {
        guard !segment.contains(where: { "?#[]".utf8.contains($0) }) else { return false }
        let parts = segment.split(
            separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        return parts.dropFirst().allSatisfy { part in
            part.count >= 2 && part.prefix(2).allSatisfy(isHexDigit)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}

/// Why a text is not the origin of a ledger.
///
/// Each case says what to change in it.
public enum OriginError: Error, Hashable, Sendable {
    /// The origin does not have 1...255 bytes.
    case wrongLength(Int)

    /// A byte is no URI character, or "+".
    case forbiddenCharacter(UInt8)

    /// The origin begins with a scheme; leave it out.
    case scheme

    /// The host is empty, not in lower case or no host name.
    case malformedHost

    /// The port is not a number from 1 to 65535 without leading zero.
    case malformedPort

    /// The origin ends with a slash; leave it out.
    case trailingSlash

    /// The path has an empty, "." or ".." segment, a query or a broken "%" escape.
    case malformedPath
}

extension OriginError: CustomStringConvertible {
    /// What is wrong with it, in words that quote nothing of the text but one ASCII character.
    public var description: String {
        switch self {
        case .wrongLength(0): "it is empty"
        case .wrongLength(let count):
            "it has \(count) bytes, more than \(Checkpoint.maximumOriginByteCount)"
        case .forbiddenCharacter(let byte): "\(Self.name(of: byte)) may not be in it"
        case .scheme: "it begins with a scheme"
        case .malformedHost: "its host is not a name in lower case or an address"
        case .malformedPort: "its port is not a number from 1 to 65535"
        case .trailingSlash: "it ends with a slash"
        case .malformedPath:
            "its path has an empty segment, dots for one, a query or a broken % escape"
        }
    }

    /// Names a byte so that any terminal can show it.
    private static func name(of byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: " "): "a space"
        case 0x21..<0x7F: "'\(Unicode.Scalar(byte))'"
        case 0x80...: "a character that is not ASCII"
        default: "a control character"
        }
    }
}
