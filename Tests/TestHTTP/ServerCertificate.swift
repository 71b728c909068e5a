package import HTTPService
package import TestSupport

/// A certificate for this machine that vouches for itself, as a server takes it.
package struct ServerCertificate {
    package let folder: TemporaryFolder
    package let certificate: TLSCertificate

    package var path: String { folder.path("cert.pem") }

    package init() async throws {
        folder = try TemporaryFolder("tls")
        try await TestCertificate.make(in: folder)
        certificate = try TLSCertificate(
            certificatePath: folder.path("cert.pem"), keyPath: folder.path("key.pem"))
    }
}
