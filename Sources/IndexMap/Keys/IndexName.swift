public import Encoding
public import Merkle

/// What is asked for: a kind, and the value that its key is made of (index.md §1).
///
/// A value of this type is well formed, so it has exactly one key.
public struct IndexName: Hashable, Sendable {
    /// Most bytes of a URI, here as in a statement.
    public static let maximumURIByteCount = 255

    /// The highest number of a copy: an edition has at most ten million.
    public static let maximumSerial: UInt64 = 10_000_000

    /// Most bytes of a value: the longest name of a drop, `#` and the eight digits of a copy.
    public static let maximumByteCount = maximumURIByteCount + 9

    /// What the value is.
    public let kind: IndexKind

    /// The 32 bytes of a digest, the ASCII bytes of a URI, or `DROP#SERIAL`.
    public let value: [UInt8]

    /// Takes a name that was received, after checking it.
    ///
    /// - Parameter kind: 0 to 3; another is of a version that we do not know.
    public init(kind: UInt64, value: [UInt8]) throws(IndexNameError) {
        guard let known = UInt8(exactly: kind).flatMap(IndexKind.init(rawValue:)) else {
            throw .unknownKind(kind)
        }
        try Self.check(value, known)
        self.init(unchecked: known, value)
    }

    /// Names the artifact with this SHA-256.
    public static func artifact(_ digest: Hash) -> IndexName {
        IndexName(unchecked: .artifact, digest.bytes)
    }

    /// Names all statements of one thread.
    public static func sub(_ uri: Text) throws(IndexNameError) -> IndexName {
        try checkURI(uri.utf8[...])
        return IndexName(unchecked: .sub, uri.utf8)
    }

    /// Names all statements of one issuer.
    public static func iss(_ uri: Text) throws(IndexNameError) -> IndexName {
        try checkURI(uri.utf8[...])
        return IndexName(unchecked: .iss, uri.utf8)
    }

    /// Names one copy of a drop; copy 0 is the edition itself.
    public static func title(drop: Text, serial: UInt64) throws(IndexNameError) -> IndexName {
        let value = drop.utf8 + Array("#\(serial)".utf8)
        try check(value, .title)
        return IndexName(unchecked: .title, value)
    }

    /// The key that the name has in the map.
    public var key: IndexKey { IndexKey(kind, value) }

    private init(unchecked kind: IndexKind, _ value: [UInt8]) {
        self.kind = kind
        self.value = value
    }

    private static func check(_ value: [UInt8], _ kind: IndexKind) throws(IndexNameError) {
        switch kind {
        case .artifact:
            guard value.count == Hash.byteCount else { throw .digestLength(value.count) }
        case .sub, .iss:
            try checkURI(value[...])
        case .title:
            guard let mark = value.firstIndex(of: UInt8(ascii: "#")) else { throw .noSerial }
            try checkURI(value[..<mark])
            let digits = String(decoding: value[(mark + 1)...], as: UTF8.self)
            guard let serial = UInt64(decimal: digits), serial <= maximumSerial else {
                throw .serial
            }
        }
    }

    private static func checkURI(_ bytes: ArraySlice<UInt8>) throws(IndexNameError) {
        guard (1...maximumURIByteCount).contains(bytes.count) else {
            throw .uriLength(bytes.count)
        }
        guard bytes.allSatisfy(isURICharacter) else { throw .uriCharacter }
    }

    /// RFC 3986 unreserved, reserved and "%" (encoding.md §5).
    private static func isURICharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "#")...UInt8(ascii: ";"),
            UInt8(ascii: "?")...UInt8(ascii: "["):
            true
        default:
            byte == UInt8(ascii: "!") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "]")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
        }
    }
}

/// Why bytes are no name of the index.
public enum IndexNameError: Error, Hashable {
    /// Not 0 to 3: a newer version may know it, so the answer is *unknown* and not *false*.
    case unknownKind(UInt64)

    /// Give the 32 bytes of a SHA-256.
    case digestLength(Int)

    /// Give 1 to 255 bytes.
    case uriLength(Int)

    /// Give only the characters of a URI (RFC 3986 §2).
    case uriCharacter

    /// Give `DROP#SERIAL`.
    case noSerial

    /// Give the serial in decimal without leading zeros, at most 10,000,000.
    case serial

    /// Give each digest once.
    case digestTwice

    /// Give at most 230 digests.
    case tooManyDigests(Int)

    /// Give copy 0 alone, or at most 64 copies from 1 on.
    case copies
}

extension IndexNameError: CustomStringConvertible {
    /// The rule that is broken, in words.
    public var description: String {
        switch self {
        case .unknownKind(let kind): "kind \(kind) is none of 0 to 3: a newer version may know it"
        case .digestLength(let count): "a digest has 32 bytes, not \(count)"
        case .uriLength(let count): "a URI has 1 to 255 bytes, not \(count)"
        case .uriCharacter: "a URI holds only the characters of RFC 3986"
        case .noSerial: "a title is the name of a drop, # and the number of a copy"
        case .serial: "a copy is a decimal number without leading zeros, at most 10000000"
        case .digestTwice: "a digest stands there twice"
        case .tooManyDigests(let count): "a leaf has at most 230 digests, not \(count)"
        case .copies: "a leaf is about copy 0 alone, or about 1 to 64 copies from 1 on"
        }
    }
}
