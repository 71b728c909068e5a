import Encoding
import Manifests

/// The rule for iss, sub, aud and origin: 1...255 ASCII characters that RFC 3986 allows.
enum IdentifierURI {
    /// Checks `text`, the value of `field`; an iss also needs a scheme.
    static func check(
        _ text: Text, field: String, needsScheme: Bool = false
    ) throws(Refusal) {
        guard (1...Limits.uriBytes).contains(text.utf8.count) else {
            throw Refusal(.malformed, field: field, rule: "must have 1 to 255 characters")
        }
        guard text.utf8.allSatisfy(isAllowed) else {
            throw Refusal(
                .malformed, field: field, rule: "must hold only the characters of a URI (RFC 3986)")
        }
        guard !needsScheme || hasScheme(text) else {
            throw Refusal(
                .malformed, field: field, rule: "must be a URI with a scheme, like https://")
        }
    }

    /// Says whether RFC 3986 §2 allows the byte: unreserved, reserved, or "%".
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: punctuation.contains(byte)
        }
    }

    private static let punctuation: [UInt8] = Array("-._~:/?#[]@!$&'()*+,;=%".utf8)

    /// Says whether `text` begins with a scheme (RFC 3986 §3.1) and has something after it.
    private static func hasScheme(_ text: Text) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            colon + 1 < text.utf8.count
        else { return false }
        for (position, byte) in text.utf8[..<colon].enumerated() {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: continue
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if position == 0 { return false }
            default: return false
            }
        }
        return true
    }
}
