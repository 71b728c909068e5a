/// What a token, an answer and a file of certificates may have at most (timestamps.md §5).
package enum TimestampLimit {
    /// Bytes of an answer or a token: ten times what commercial authorities with long chains send.
    package static let tokenBytes = 64 * 1024

    /// Certificates in a token: a chain has five at the most, some authorities send two.
    package static let tokenCertificates = 16

    /// Elements inside one another: certificates have about a dozen, and libcrypto stops at 30.
    static let depth = 24

    /// Elements of a token: a certificate has about a hundred.
    static let elements = 8_192

    /// Certificates between that of the signer and one that is trusted: real chains have two.
    static let intermediates: Int32 = 6

    /// Bytes of a serial number: RFC 3161 §2.4.2 tells readers to be ready for 20.
    static let serialBytes = 64

    /// Characters of an object identifier in dots: the longest in use have half of it.
    static let identifierCharacters = 128

    /// Unicode scalars of a name or of an authority's words that are kept: RFC 5280 gives a name 64
    /// characters.
    private static let textScalars = 200

    /// Seconds of an accuracy: whoever is not sure to a day has no clock, and the sum with a time
    /// stays far from overflow.
    static let accuracySeconds: UInt64 = 86_400

    /// Seconds that a token's time may be ahead of our clock: as much as a witness may.
    package static let secondsAhead: UInt64 = 60

    /// Seconds that the time of a token that was asked for now may be behind our clock.
    ///
    /// It covers a slow answer and two clocks that nobody looks after. An older one is too early.
    package static let secondsBehind: UInt64 = 300

    /// Bytes of a file of authorities' certificates: all that a system has are 250 KiB.
    package static let authorityBytes = 256 * 1024

    /// Certificates of such a file: four authorities with four each, four times over.
    package static let authorityCertificates = 64

    /// Returns the beginning of a text that somebody else has chosen.
    static func shortened(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(textScalars)))
    }
}
