import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
package import TestSupport

/// A bastion: backends connect to it by TLS, and a test sends them requests, frame by frame.
package final class TestBastion {
    private typealias Backend = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Its port on this machine.
    package let port: Int

    private var backends: NIOAsyncChannelInboundStream<Backend>.AsyncIterator
    private let shown: Shown

    /// The certificates that backends have shown.
    private final class Shown: Sendable {
        let last = Mutex<NIOSSLCertificate?>(nil)
    }

    private init(
        _ port: Int, _ backends: NIOAsyncChannelInboundStream<Backend>.AsyncIterator, _ shown: Shown
    ) {
        self.port = port
        self.backends = backends
        self.shown = shown
    }

    /// Runs `body` with a bastion that has the certificate `cert.pem` of a folder.
    ///
    /// - Parameter takesAll: whether it takes whatever key a backend shows.
    package static func run(
        _ folder: TemporaryFolder, protocols: [String] = ["bastion/0"], takesAll: Bool = true,
        _ body: (TestBastion) async throws -> Void
    ) async throws {
        let shown = Shown()
        let context = try context(folder, protocols)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = NIOSSLServerHandler(
                        context: context,
                        customVerificationCallback: { certificates, promise in
                            shown.last.withLock { $0 = certificates.first }
                            promise.succeed(takesAll ? .certificateVerified : .failed)
                        })
                    try channel.pipeline.syncOperations.addHandler(handler)
                    let backend = try Backend(wrappingChannelSynchronously: channel)
                    // One that no test accepts must be there until it is closed: NIO asks for that.
                    channel.closeFuture.whenComplete { _ in withExtendedLifetime(backend) {} }
                    return backend
                }
            }
        let port = server.channel.localAddress?.port ?? 0
        try await server.executeThenClose { inbound in
            try await body(TestBastion(port, inbound.makeAsyncIterator(), shown))
        }
    }

    private static func context(
        _ folder: TemporaryFolder, _ protocols: [String]
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(folder.path("cert.pem"))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(file: folder.path("key.pem"), format: .pem)))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = protocols
        configuration.certificateVerification = .noHostnameVerification
        configuration.verifySignatureAlgorithms = [.ed25519]
        return try NIOSSLContext(configuration: configuration)
    }

    /// Waits for the next backend, runs `body` with its connection and closes that.
    package func accept<Value: Sendable>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        guard let backend = try await backends.next() else {
            throw FixtureError.unexpected("the bastion has ended")
        }
        return try await Connection.use(backend, body)
    }

    /// The public key of the backend that came last: its SubjectPublicKeyInfo.
    package func shownKey() throws -> [UInt8]? {
        try shown.last.withLock { $0 }?.extractPublicKey().toSPKIBytes()
    }
}
