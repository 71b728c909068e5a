import Encoding
import Files
import Metrics
import NIOSSL
import Synchronization

/// The certificate and key by which clients know the server, read again when it is told to.
///
/// A connection keeps the pair that it began with; the next one gets the newest. A pair that cannot
/// be used changes nothing: the one before stays.
package final class TLSCertificate: Sendable {
    /// Bytes of a file at most: a chain of ten large certificates is a tenth of it.
    private static let fileByteLimit = 256 * 1024

    private let certificatePath: String
    private let keyPath: String
    private let current: Mutex<NIOSSLContext>

    /// Reads a chain (PEM, the server's own certificate first) and its private key (PEM).
    package init(certificatePath: String, keyPath: String) throws(TLSError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        current = Mutex(try Self.read(certificatePath, keyPath))
    }

    /// Reads both files again, for the connections from now on.
    package func reload() throws(TLSError) {
        let context = try Self.read(certificatePath, keyPath)
        current.withLock { $0 = context }
    }

    /// The certificate of new connections.
    var context: NIOSSLContext { current.withLock { $0 } }

    private static func read(
        _ certificatePath: String, _ keyPath: String
    ) throws(TLSError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(bytes(of: certificatePath))
        } catch let error as TLSError {
            throw error
        } catch {
            throw TLSError(certificatePath, "is not a chain of certificates in PEM")
        }
        guard let own = chain.first else {
            throw TLSError(certificatePath, "holds no certificate")
        }
        let key = try privateKey(keyPath)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        // RFC 8996: nothing older is spoken.
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        let context: NIOSSLContext
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSError(keyPath, "is not the key of the certificate in \(certificatePath)")
        }
        Gauge(label: "colophon_tls_expiry_timestamp_seconds").record(Int64(own.notValidAfter))
        return context
    }

    private static func privateKey(_ path: String) throws(TLSError) -> NIOSSLPrivateKey {
        let bytes = try bytes(of: path, isSecret: true)
        let text = String(decoding: bytes, as: UTF8.self)
        // The library would ask for the passphrase at a terminal.
        guard !text.contains("ENCRYPTED") else {
            throw TLSError(
                path, "is encrypted",
                hint: "decrypt it first: openssl pkey -in \(ShellWord.quoted(path)) -out plain.pem")
        }
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw TLSError(path, "is not a private key in PEM")
        }
    }

    private static func bytes(
        of path: String, isSecret: Bool = false
    ) throws(TLSError) -> [UInt8] {
        do throws(FileError) {
            let file = try InputFile(path)
            if isSecret { try file.requireOwn(isSecret: true) }
            return PlainText.lines(of: try file.bytes(limit: fileByteLimit))
        } catch {
            switch error.reason {
            case .missing: throw TLSError(path, "no such file")
            case .tooLarge: throw TLSError(path, "\(error.words): not PEM")
            case .openToOthers:
                throw TLSError(
                    path, "this private key \(error.words)",
                    hint: "chmod 600 \(ShellWord.quoted(path)) keeps it yours")
            default: throw TLSError(path, error.words)
            }
        }
    }
}
