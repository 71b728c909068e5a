import CLibcrypto

extension TimestampAuthorities {
    /// A certificate whose word is believed.
    package struct Member: Hashable, Sendable {
        /// The name in it.
        package let name: String

        /// The end of its term, POSIX seconds: tokens from after that are not believed.
        package let expires: UInt64
    }

    /// The certificates, in the order of the file.
    package var members: [Member] {
        let blocks = (try? PEMCertificates.all(in: pem)) ?? []
        return Libcrypto.quietly {
            zip(names, blocks).map { name, block in
                guard let certificate = unsafe Certificate.read(block) else {
                    preconditionFailure("what was read as a certificate is one")
                }
                defer { unsafe X509_free(certificate) }
                return Member(name: name, expires: unsafe Certificate.expires(certificate))
            }
        }
    }
}
