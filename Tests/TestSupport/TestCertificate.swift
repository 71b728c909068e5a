/// A certificate that vouches for itself and its key, made by `openssl` for one test.
package enum TestCertificate {
    /// Makes `PREFIXcert.pem` and `PREFIXkey.pem` in `folder`, for the names that are given.
    package static func make(
        in folder: TemporaryFolder, prefix: String = "",
        for names: [String] = ["DNS:localhost", "IP:127.0.0.1"]
    ) async throws {
        let made = try await Program.run(
            "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                + ["-days", "2", "-subj", "/CN=localhost", "-keyout", "\(prefix)key.pem"]
                + ["-addext", "subjectAltName=" + names.joined(separator: ",")]
                + ["-out", "\(prefix)cert.pem"],
            in: folder.url)
        guard made.status == 0 else { throw FixtureError.unexpected(made.words) }
    }
}
