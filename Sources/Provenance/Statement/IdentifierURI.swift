package import Encoding
package import Manifests

/// The rule for iss, sub, aud and origin: 1...255 ASCII characters that RFC 3986 allows.
package enum IdentifierURI {
    /// Says whether `bytes` have this form; an iss also needs a scheme.
    static func isAllowed(_ bytes: Span<UInt8>, needsScheme: Bool) -> Bool {
        (1...Limits.uriBytes).contains(bytes.count) && URISyntax.isAllowed(bytes)
            && (!needsScheme || URISyntax.hasScheme(bytes))
    }

    /// Checks `text`, the value of `field`; an iss also needs a scheme.
    package static func check(
        _ text: Text, field: String, needsScheme: Bool = false
    ) throws(Refusal) {
        guard (1...Limits.uriBytes).contains(text.utf8.count) else {
            throw Refusal(.malformed, field: field, rule: "must have 1 to 255 characters")
        }
        guard URISyntax.isAllowed(text.utf8) else {
            throw Refusal(
                .malformed, field: field, rule: "must hold only the characters of a URI (RFC 3986)")
        }
        guard !needsScheme || URISyntax.hasScheme(text.utf8) else {
            throw Refusal(
                .malformed, field: field, rule: "must be a URI with a scheme, like https://")
        }
    }
}
