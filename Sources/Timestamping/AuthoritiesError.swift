/// Why a file is not one of authorities' certificates.
///
/// The descriptions are for a person, and follow the name of the file.
package enum AuthoritiesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has more bytes than are read.
    case tooLarge(byteCount: Int)

    /// It has no certificate in PEM.
    case empty

    /// It has more certificates than are read.
    case tooMany

    /// It has a private key, which nobody must copy into a trust kit.
    case privateKey

    /// It has a block of PEM that is no certificate.
    case otherBlock(label: String)

    /// A block is cut off, is not base64, or has more in it; counted from 1.
    case damaged(number: Int)

    /// A certificate does not say that it may vouch for others; counted from 1.
    case noAuthority(number: Int, name: String)

    /// A certificate is there twice; counted from 1.
    case twice(number: Int, name: String)

    /// The C library failed, for want of memory as a rule.
    case libraryFailed

    package var description: String {
        switch self {
        case .tooLarge(let count):
            "has \(count) bytes; at most \(TimestampLimit.authorityBytes) are read"
        case .empty: "has no certificate: it must have those of a CA, in PEM"
        case .tooMany: "has more than \(TimestampLimit.authorityCertificates) certificates"
        case .privateKey: "has a private key: give the certificates alone"
        case .otherBlock(let label): "has a block \(label): give the certificates alone"
        case .damaged(let number): "certificate \(number) is damaged, or is none"
        case .noAuthority(let number, let name):
            "certificate \(number), \(name), is not a CA's: leave it out"
        case .twice(let number, let name): "certificate \(number), \(name), is there twice"
        case .libraryFailed: "cannot be read: libcrypto failed"
        }
    }
}
