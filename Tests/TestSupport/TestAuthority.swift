/// An authority that dates digests (RFC 3161), made by `openssl` for one test: a root, where asked
/// for a CA below it, and a signer.
package struct TestAuthority: Sendable {
    /// What is particular about one.
    package struct Plan: Sendable {
        /// The arguments of `openssl req` behind `-newkey`.
        package var key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

        /// The extended key usage of the signer's certificate.
        package var usage = "critical,timeStamping"

        /// The names in the certificates end with this.
        package var name = "One"

        /// Whether a CA stands between the root and the signer.
        package var hasIntermediate = false

        /// The hash of the certificates' signatures.
        package var certificateHash = "sha256"

        /// First and last moment of the root's term.
        package var rootTerm = ("20200101000000Z", "20991231235959Z")

        /// First and last moment of the signer's term.
        package var signerTerm = ("20200101000000Z", "20490101000000Z")

        /// The hashes that it dates.
        package var digests = "sha256, sha384, sha512"

        /// The accuracy that it states.
        package var accuracy = "secs:1, millisecs:500"

        package init() {}
    }

    package let folder: TemporaryFolder

    private let plan: Plan

    /// Makes the keys and certificates.
    package init(_ change: (inout Plan) -> Void = { _ in }) async throws {
        var plan = Plan()
        change(&plan)
        self.plan = plan
        folder = try TemporaryFolder()
        try folder.write(Self.configuration(plan), to: "openssl.cnf")
        try folder.write("", to: "index.txt")
        try folder.write("01\n", to: "serial")
        try folder.write("01\n", to: "tsaserial")
        try await certify("root", by: nil, as: "authority", plan.rootTerm)
        if plan.hasIntermediate {
            try await certify("middle", by: "root", as: "authority", plan.rootTerm)
        }
        try await certify("signer", by: issuer, as: "signer", plan.signerTerm)
    }

    private var issuer: String { plan.hasIntermediate ? "middle" : "root" }

    /// The name in the signer's certificate.
    package var signerName: String { "signer \(plan.name)" }

    /// The root's certificate in PEM: what is trusted.
    package func root() throws -> [UInt8] { try folder.bytes("root.pem") }

    /// Answers a question in DER; `more` are arguments of `openssl ts -reply`.
    package func reply(to query: [UInt8], _ more: [String] = []) async throws -> [UInt8] {
        try folder.write(query, to: "query")
        try await run(
            ["ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query", "-out", "reply"]
                + more)
        return try folder.bytes("reply")
    }

    /// Signs any content as if it were a TSTInfo; `more` are arguments of `openssl cms -sign`.
    ///
    /// The command of timestamps refuses to make what is wrong.
    package func token(
        of info: [UInt8], type: String = "1.2.840.113549.1.9.16.1.4", hash: String = "sha256",
        _ more: [String] = ["-cades"]
    ) async throws -> [UInt8] {
        try folder.write(info, to: "info")
        try await run(
            ["cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-econtent_type", type]
                + ["-signer", "signer.pem", "-inkey", "signer.key", "-md", hash, "-in", "info"]
                + ["-outform", "DER", "-out", "token"] + more)
        return try folder.bytes("token")
    }

    /// Makes a key and its certificate; without an issuer it vouches for itself.
    private func certify(
        _ name: String, by issuer: String?, as kind: String, _ term: (String, String)
    ) async throws {
        try await run(
            ["req", "-new", "-newkey"] + plan.key
                + ["-nodes", "-config", "openssl.cnf", "-subj", "/CN=\(name) \(plan.name)"]
                + ["-keyout", "\(name).key", "-out", "\(name).csr"])
        let signing =
            issuer.map { ["-cert", "\($0).pem", "-keyfile", "\($0).key"] }
            ?? ["-selfsign", "-keyfile", "\(name).key"]
        try await run(
            ["ca", "-config", "openssl.cnf", "-batch", "-notext", "-md", plan.certificateHash]
                + ["-extensions", kind, "-startdate", term.0, "-enddate", term.1]
                + ["-in", "\(name).csr", "-out", "\(name).pem"] + signing)
    }

    private func run(_ arguments: [String]) async throws {
        let outcome = try await Program.run("openssl", arguments, in: folder.url)
        guard outcome.status == 0 else { throw FixtureError.unexpected(outcome.words) }
    }

    private static func configuration(_ plan: Plan) -> String {
        """
        [req]
        distinguished_name = name
        [name]
        [ca]
        default_ca = store
        [store]
        database = index.txt
        serial = serial
        new_certs_dir = .
        unique_subject = no
        policy = any
        [any]
        commonName = supplied
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        [signer]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = \(plan.usage)
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        [tsa]
        default_tsa = dating
        [dating]
        serial = tsaserial
        signer_cert = signer.pem
        signer_key = signer.key
        signer_digest = sha256
        default_policy = 1.3.6.1.4.1.99999.1
        digests = \(plan.digests)
        accuracy = \(plan.accuracy)
        clock_precision_digits = 3
        ordering = no
        tsa_name = yes
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256

        """
    }
}
