import Encoding
import NIOSSL

/// The certificates of the authorities that may vouch for a service's address.
public struct TrustedAuthorities: Sendable {
    let certificates: [NIOSSLCertificate]

    /// Reads certificates in PEM, at least one; nil where there is none or one that is malformed.
    public init?(pem: [UInt8]) {
        let pem = PlainText.lines(of: pem)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty
        else { return nil }
        self.certificates = certificates
    }
}
