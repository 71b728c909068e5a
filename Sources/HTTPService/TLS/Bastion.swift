package import Encoding
import Keys
import NIOSSL
import Crypto

/// A bastion: a service on the Internet that passes requests on to us, over a connection that we
/// have opened (C2SP https-bastion).
///
/// The bastion knows us by an Ed25519 key, which the TLS handshake shows in a certificate that it
/// signs for itself. Clients reach us at ``address``. A bastion reads and may change what it passes
/// on, so only what is signed should be served by one.
package struct Bastion: Sendable {
    /// The protocol of the connection, by its name in ALPN.
    static let applicationProtocol = "bastion/0"

    /// Where it is connected to.
    let place: ListenAddress

    /// The URL at which clients reach us through it.
    package let address: String

    /// What the connection's TLS is to be.
    let context: NIOSSLContext

    /// The time to the first try after a connection has ended; it doubles up to ``longestWait``.
    package var firstWait = Duration.seconds(1)

    /// The longest time between two tries; a connection that has stood as long was a good one.
    package var longestWait = Duration.seconds(60)

    /// The time for a connection to stand: a packet may be lost thrice.
    package var connectTime = Duration.seconds(10)

    /// The time between two questions whether the bastion is still there: more than once before a
    /// router that forgets idle connections after two minutes does.
    package var pulse = Duration.seconds(30)

    /// Names a bastion, as `https://HOST` or `https://HOST:PORT`.
    ///
    /// - Parameters:
    ///   - key: the Ed25519 key by which the bastion knows us.
    ///   - authorities: PEM of the only authorities that may vouch for the bastion; nil takes the
    ///     system's.
    package init(
        _ url: String, key: SigningKey, authorities: [UInt8]? = nil
    ) throws(BastionError) {
        guard let place = Self.place(url) else { throw .malformedURL }
        guard case .ed25519(let bytes) = key.publicKey.material else { throw .notEd25519 }
        self.place = place
        let hash = Hex.encode(Array(SHA256.hash(data: bytes)))
        let host = place.port == 443 ? String("\(place)".dropLast(4)) : "\(place)"
        address = "https://\(host)/\(hash)"
        context = try Self.context(key, authorities)
    }

    /// The name that the bastion's certificate must have, where that is no address.
    var serverName: String? {
        IPAddress(place.host) == nil ? place.host : nil
    }

    private static func place(_ url: String) -> ListenAddress? {
        guard url.hasPrefix("https://") else { return nil }
        var rest = url.dropFirst("https://".count)
        if rest.last == "/" { rest.removeLast() }
        let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\".utf8.contains($0) }
        guard isPlain, !rest.isEmpty else { return nil }
        let hasPort = rest.last != "]" && rest.contains(":")
        let place = ListenAddress(hasPort ? String(rest) : "\(rest):443")
        return place?.port == 0 ? nil : place
    }

    private static func context(
        _ key: SigningKey, _ authorities: [UInt8]?
    ) throws(BastionError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Only TLS 1.3 hides our certificate from others on the way.
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = [applicationProtocol]
        configuration.signingSignatureAlgorithms = [.ed25519]
        if let authorities {
            guard let trusted = try? NIOSSLCertificate.fromPEMBytes(authorities), !trusted.isEmpty
            else { throw .malformedAuthorities }
            configuration.trustRoots = .certificates(trusted)
        }
        do {
            guard let der = try SelfSignedCertificate.der(of: key, name: "bastion backend") else {
                throw BastionError.notEd25519
            }
            configuration.certificateChain = [
                .certificate(try NIOSSLCertificate(bytes: der, format: .der))
            ]
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(KeyFile.pem(of: key).utf8), format: .pem))
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusableKey
        }
    }
}

/// Why a bastion cannot be used.
///
/// The operator has to change what was given.
package enum BastionError: Error, Hashable, CustomStringConvertible {
    /// The URL is not of the form `https://HOST[:PORT]`.
    case malformedURL

    /// The key is not Ed25519.
    case notEd25519

    /// The TLS library does not take the key.
    case unusableKey

    /// The authorities are not certificates in PEM.
    case malformedAuthorities

    /// What to change, in words.
    package var description: String {
        switch self {
        case .malformedURL: "a bastion is named as https://HOST or https://HOST:PORT"
        case .notEd25519: "a bastion knows us by an Ed25519 key, and this is another"
        case .unusableKey: "this key cannot be used for TLS"
        case .malformedAuthorities: "the authorities are not certificates in PEM"
        }
    }
}
