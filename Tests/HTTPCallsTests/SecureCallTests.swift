import Foundation
import HTTPCalls
import NIOSSL
import Synchronization
import TestPeer
import TestSupport
import Testing

/// Who is spoken to over TLS, and who is not.
@Suite struct SecureCallTests {
    /// Certificate and key of "localhost", signed by themselves.
    private struct Identity {
        let certificate: [UInt8]
        let context: NIOSSLContext

        init() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let made = try await Program.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem",
                ], in: folder)
            guard made.status == 0 else { throw FixtureError.unexpected(made.words) }
            certificate = Array(try Data(contentsOf: folder.appending(path: "cert.pem")))
            let key = Array(try Data(contentsOf: folder.appending(path: "key.pem")))
            context = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMBytes(certificate)
                        .map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))))
        }
    }

    /// What a call to `host` says; nil where it was answered.
    private static func words(
        _ host: String, _ server: StubServer, trusting authorities: TrustedAuthorities?,
        connectingIn time: Duration = CallOptions.patient.connectTimeout
    ) async throws -> String? {
        var options = CallOptions.patient
        options.connectTimeout = time
        options.tries = 1
        options.authorities = authorities
        let caller = HTTPCaller(
            try ServiceURL("https://\(host):\(server.port)"), options: options)
        let words: String?
        do throws(CallError) {
            _ = try await caller.send(CallRequest("GET", "/", accept: "*/*"), limit: 9)
            words = nil
        } catch {
            words = "\(error)"
        }
        await caller.close()
        return words
    }

    @Test func onlyATrustedAuthorityVouchesForAnAddress() async throws {
        let (ours, other) = (try await Identity(), try await Identity())
        try await StubServer.run(tls: ours.context) { _ in
            .whole(200)
        } _: { server in
            let trusted = TrustedAuthorities(pem: ours.certificate)
            #expect(try await Self.words("localhost", server, trusting: trusted) == nil)
            let stranger =
                "cannot be reached: no authority that is trusted here vouches for its "
                + "certificate"
            for authorities in [nil, TrustedAuthorities(pem: other.certificate)] {
                let words = try await Self.words("localhost", server, trusting: authorities)
                #expect(words == stranger)
            }
            let words = try await Self.words("127.0.0.1", server, trusting: trusted)
            #expect(words?.contains("its certificate is for another name") == true)
            #expect(server.requests.count == 1)
        }
    }

    /// The certificate is good for two days from now on.
    @Test func aCertificateOfAnotherTimeIsToldWithBothClocks() async throws {
        let identity = try await Identity()
        let chain = try NIOSSLCertificate.fromPEMBytes(identity.certificate)
        let trusted = TrustedAuthorities(pem: identity.certificate)
        let day: TimeInterval = 86_400
        let late = CertificateLook.reason(chain, trusted, now: Date(timeIntervalSinceNow: 9 * day))
        #expect(late.hasPrefix("its certificate expired at "), "\(late)")
        #expect(late.contains("this machine's clock says "), "\(late)")
        let early = CertificateLook.reason(
            chain, trusted, now: Date(timeIntervalSinceNow: -9 * day))
        #expect(early.hasPrefix("its certificate is not yet valid, but from "), "\(early)")
        #expect(early.hasSuffix("is it right?"), "\(early)")
        let stranger = CertificateLook.reason(chain, nil, now: Date())
        #expect(stranger == "no authority that is trusted here vouches for its certificate")
        let old = CertificateLook.reason([], trusted, now: Date(timeIntervalSinceNow: 9 * day))
        #expect(old.hasPrefix("the authorities that are trusted here have expired"), "\(old)")
    }

    @Test func whatWaitingCannotMendIsAskedOnce() async throws {
        let identity = try await Identity()
        try await StubServer.run(tls: identity.context) { _ in
            .whole(200)
        } _: { server in
            let waits = Mutex(0)
            var options = CallOptions.patient
            options.firstDelay = .milliseconds(1)
            options.onRetry = { _, _ in waits.withLock { $0 += 1 } }
            let caller = HTTPCaller(
                try ServiceURL("https://localhost:\(server.port)"), options: options)
            do throws(CallError) {
                _ = try await caller.send(CallRequest("GET", "/", accept: "*/*"), limit: 9)
                Issue.record("nobody vouches for it")
            } catch {
                guard case .untrusted = error else {
                    Issue.record("\(error)")
                    return
                }
            }
            await caller.close()
            #expect(waits.withLock { $0 } == 0)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whoSpeaksNoTLSIsNotSpokenTo() async throws {
        try await StubServer.run { _ in
            .whole(200)
        } _: { server in
            // It waits for a request as long as we wait for its certificate.
            let words = try await Self.words(
                "localhost", server, trusting: nil, connectingIn: .milliseconds(300))
            #expect(words?.hasPrefix("cannot be reached: ") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func whatIsNoCertificateIsNoAuthority(pem: String) {
        #expect(TrustedAuthorities(pem: Array(pem.utf8)) == nil)
    }
}
