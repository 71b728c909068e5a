import Encoding

/// The syntax of URIs as manifests and statements hold them to it, nothing normalised (RFC 3986).
package enum URISyntax {
    /// Bytes of the longest URI: of an identifier in a manifest, of iss, sub, aud and an origin.
    ///
    /// Long enough for every real one, and short enough for a key of an index.
    package static let byteLimit = 255

    /// Says whether all bytes are unreserved, reserved or "%" (RFC 3986 §2.1 to §2.3).
    package static func isAllowed(_ bytes: [UInt8]) -> Bool {
        isAllowed(bytes.span)
    }

    /// Says whether all bytes are unreserved, reserved or "%" (RFC 3986 §2.1 to §2.3).
    package static func isAllowed(_ bytes: Span<UInt8>) -> Bool {
        for place in bytes.indices where !isCharacter(bytes[place]) { return false }
        return true
    }

    /// Says whether a scheme (RFC 3986 §3.1) and something after it are there.
    package static func hasScheme(_ bytes: [UInt8]) -> Bool {
        hasScheme(bytes.span)
    }

    /// Says whether a scheme (RFC 3986 §3.1) and something after it are there.
    package static func hasScheme(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0, bytes[0].isLetter else { return false }
        for place in bytes.indices {
            let byte = bytes[place]
            if byte == UInt8(ascii: ":") { return place + 1 < bytes.count }
            guard byte.isAlphanumeric || "+-.".utf8.contains(byte) else { return false }
        }
        return false
    }

    private static func isCharacter(_ byte: UInt8) -> Bool {
        if byte.isAlphanumeric { return true }
        return switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "@"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
