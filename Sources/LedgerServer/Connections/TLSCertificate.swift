import Foundation
import Metrics
import NIOSSL
import Synchronization

/// The certificate and key by which clients know the server, read again when it is told to.
///
/// A connection keeps what it began with; the next one gets what was read last. A pair that cannot
/// be used changes nothing: the one before stays.
public final class TLSCertificate: Sendable {
    /// Bytes of a file at most: a chain of ten large certificates is a tenth of it.
    private static let fileByteLimit = 256 * 1024

    private let certificatePath: String
    private let keyPath: String
    private let current: Mutex<NIOSSLContext>

    /// Reads a chain (PEM, the server's own certificate first) and its private key (PEM).
    public init(certificatePath: String, keyPath: String) throws(TLSError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        current = Mutex(try Self.read(certificatePath, keyPath))
    }

    /// Reads both files again, for the connections from now on.
    public func reload() throws(TLSError) {
        let context = try Self.read(certificatePath, keyPath)
        current.withLock { $0 = context }
    }

    /// What a new connection uses.
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
                path, "is encrypted", hint: "openssl pkey -in \(path) -out FILE decrypts it")
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
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let mode = attributes[.posixPermissions] as? Int ?? 0o777
            guard !isSecret || mode & 0o044 == 0 else {
                throw TLSError(path, "this private key is readable by others; chmod 600 it")
            }
            let data = try file.read(upToCount: fileByteLimit + 1) ?? Data()
            guard data.count <= fileByteLimit else {
                throw TLSError(path, "is larger than \(fileByteLimit) bytes: not PEM")
            }
            return Array(data)
        } catch let error as TLSError {
            throw error
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw TLSError(path, isThere ? "cannot be read" : "no such file")
        }
    }
}
