import HTTPService
import TestSupport

/// A certificate for this machine that vouches for itself, as a server takes it.
struct ServerCertificate {
    let folder: TemporaryFolder
    let certificate: TLSCertificate

    var path: String { folder.path("cert.pem") }

    init() async throws {
        folder = try TemporaryFolder("tls")
        try await TestCertificate.make(in: folder)
        certificate = try TLSCertificate(
            certificatePath: folder.path("cert.pem"), keyPath: folder.path("key.pem"))
    }
}
