import Encoding

/// The syntax of URIs as manifests and statements hold them to it, nothing normalised (RFC 3986).
package enum URISyntax {
    /// Bytes of the longest URI: of an identifier in a manifest, of iss, sub, aud and an origin.
    ///
    /// Long enough for every real one, and short enough for a key of an index.
    package static let byteLimit = 255

    /// Says whether all bytes are unreserved, reserved or "%" (RFC 3986 §2.1 to §2.3).
    package static func isAllowed(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy(isCharacter)
    }

    /// Says whether a scheme (RFC 3986 §3.1) and something after it are there.
    package static func hasScheme(_ bytes: [UInt8]) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon + 1 < bytes.count,
            let first = bytes.first, first.isLetter
        else { return false }
        return bytes[..<colon].allSatisfy { byte in
            byte.isAlphanumeric || "+-.".utf8.contains(byte)
        }
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
