import CLibcrypto

/// Certificates of CAs in libcrypto's memory, for any number of checks.
///
/// They are never changed: what libcrypto works out of a certificate and keeps in it is worked out
/// here, and it counts references atomically (openssl-threads(7)). So threads may share them.
@safe
final class ReadCertificates: @unchecked Sendable {
    /// What each says.
    private(set) var members: [TimestampAuthorities.Member] = []

    private var certificates: [OpaquePointer] = unsafe []

    /// Reads certificates in DER; each must be a CA's, and none may be there twice.
    init(_ blocks: [[UInt8]]) throws(AuthoritiesError) {
        guard !blocks.isEmpty else { throw .empty }
        var seen: Set<[UInt8]> = []
        for (index, block) in blocks.enumerated() {
            guard let certificate = unsafe Certificate.read(block) else {
                throw .damaged(number: index + 1)
            }
            unsafe certificates.append(certificate)
            let name = unsafe Certificate.name(certificate)
            guard unsafe Certificate.isAuthority(certificate) else {
                throw .noAuthority(number: index + 1, name: name)
            }
            guard seen.insert(block).inserted else { throw .twice(number: index + 1, name: name) }
            unsafe members.append(.init(name: name, expires: Certificate.expires(certificate)))
        }
    }

    deinit { unsafe certificates.forEach { unsafe X509_free($0) } }

    /// Adds all to an `X509_STORE`, which counts them as its own too; says whether it took them.
    func add(to store: OpaquePointer) -> Bool {
        unsafe certificates.allSatisfy { unsafe X509_STORE_add_cert(store, $0) == 1 }
    }
}
