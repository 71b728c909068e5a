package import HTTPTypes

/// Field names that the package does not have; all are tokens, so the fallbacks are never taken.
extension HTTPField.Name {
    /// `Link` (RFC 8288).
    package static let link = Self("Link") ?? .location

    /// `X-Forwarded-For`, which proxies append to.
    package static let forwardedFor = Self("X-Forwarded-For") ?? .via
}
