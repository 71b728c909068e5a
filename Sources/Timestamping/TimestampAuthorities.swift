import Encoding

/// Certificates of CAs whose timestamps are believed: whoever trusts them has chosen them
/// (timestamps.md §4).
///
/// Each is trusted as it is, whether it vouches for itself or another has certified it. Two values
/// with the same certificates in the same order are equal.
package struct TimestampAuthorities: Hashable, Sendable {
    /// The certificates in DER, in the order of the file: what makes a value equal to another.
    private let certificates: [[UInt8]]

    /// What each certificate says, in the order of the file.
    package var members: [Member] { read.members }

    /// The name in each certificate, for a person.
    package var names: [String] { members.map(\.name) }

    /// The same certificates, read: that takes as long as a signature.
    private let read: ReadCertificates

    package static func == (left: Self, right: Self) -> Bool {
        left.certificates == right.certificates
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(certificates) }

    /// Reads a file of certificates in PEM; what stands between them is passed over.
    package init(pem: [UInt8]) throws(AuthoritiesError) {
        guard pem.count <= TimestampLimit.authorityBytes else {
            throw .tooLarge(byteCount: pem.count)
        }
        let text = PlainText.unmarked(pem)
        (certificates, read) = try Libcrypto.quietly { () throws(AuthoritiesError) in
            let blocks = try PEMCertificates.all(in: text)
            return (blocks, try ReadCertificates(blocks))
        }
    }

    /// Takes the certificates of all of `parts`, each once, as one file: a trust kit has one.
    package init(merging parts: [TimestampAuthorities]) throws(AuthoritiesError) {
        var (seen, all): (Set<[UInt8]>, [[UInt8]]) = ([], [])
        for certificate in parts.flatMap(\.certificates) where seen.insert(certificate).inserted {
            all.append(certificate)
        }
        // Read again, so that the limits of a file hold.
        try self.init(pem: Self.pem(of: all))
    }

    /// The certificates in PEM and nothing else.
    package var pem: [UInt8] { Self.pem(of: certificates) }

    private static func pem(of certificates: [[UInt8]]) -> [UInt8] {
        certificates.flatMap { certificate in
            var lines = ["-----BEGIN CERTIFICATE-----"]
            let text = Array(Base64.encode(certificate).utf8)
            for start in stride(from: 0, to: text.count, by: 64) {
                let line = text[start..<min(start + 64, text.count)]
                lines.append(String(decoding: line, as: UTF8.self))
            }
            lines.append("-----END CERTIFICATE-----\n")
            return Array(lines.joined(separator: "\n").utf8)
        }
    }

    /// Returns the rules of a chain to one of these at `time`, POSIX seconds.
    func store(at time: UInt64) throws(TimestampRefusal) -> TrustedStore {
        try TrustedStore(read, at: time)
    }
}
