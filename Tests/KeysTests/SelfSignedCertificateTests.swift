import Crypto
import Encoding
import Foundation
import Keys
import TestSupport
import Testing

/// The certificate that shows a key in a TLS handshake, as another program reads it.
@Suite struct SelfSignedCertificateTests {
    private let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())

    @Test(.enabled(if: OpenSSL.isInstalled, "needs openssl"))
    func opensslReadsTheKeyAndTheSignature() async throws {
        let folder = try TemporaryFolder("certificate")
        let der = try #require(try SelfSignedCertificate.der(of: key, name: "a name"))
        let path = try folder.write(der, to: "own.der")
        let pem = folder.path("own.pem")
        try await OpenSSL.run("x509 -inform DER -in \(path) -out \(pem)")
        let shown = try await OpenSSL.run("x509 -in \(pem) -noout -pubkey")
        #expect(shown == KeyFile.pem(of: key.publicKey))
        let text = try await OpenSSL.run("x509 -in \(pem) -noout -text")
        for part in [
            "Version: 3", "Subject: CN = a name", "Issuer: CN = a name", "Digital Signature",
            "TLS Web Client Authentication", "Not Before: Jan  1 00:00:00 1970 GMT",
            "Not After : Dec 31 23:59:59 9999 GMT",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        let verified = try await OpenSSL.run("verify -check_ss_sig -CAfile \(pem) \(pem)")
        #expect(verified.contains("OK"))
    }

    @Test func otherKeysHaveNone() throws {
        let other = SigningKey.es256(P256.Signing.PrivateKey())
        #expect(try SelfSignedCertificate.der(of: other, name: "a name") == nil)
    }
}
