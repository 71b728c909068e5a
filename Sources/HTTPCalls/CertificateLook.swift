package import Foundation
import NIOCore
import NIOPosix
package import NIOSSL
import Synchronization

/// Looks at a certificate that was refused, to say why.
///
/// The library that refuses says only that it does. So the address is asked once more for its
/// certificates; that connection never stands, and nothing is sent on it.
package struct CertificateLook {
    let service: ServiceURL
    let authorities: TrustedAuthorities?
    let time: Duration

    /// Why the service's certificate was refused, in words.
    func reason() async -> String {
        let chain = await chain()
        return Self.reason(chain, authorities, now: Date())
    }

    /// The certificates that were shown, the service's own first; none where it shows none now.
    private func chain() async -> [NIOSSLCertificate] {
        let shown = ShownCertificates()
        let wait = TimeAmount(time)
        let name = Self.isAddress(service.host) ? nil : service.host
        do {
            let context = try NIOSSLContext(configuration: .makeClientConfiguration())
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(wait)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try NIOSSLClientHandler(
                            context: context, serverHostname: name,
                            customVerificationCallback: { certificates, promise in
                                shown.list.withLock { $0 = certificates }
                                promise.succeed(NIOSSLVerificationResult.failed)
                                channel.eventLoop.execute { channel.close(promise: nil) }
                            })
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: service.host, port: service.port).get()
            let end = channel.eventLoop.scheduleTask(in: wait) { channel.close(promise: nil) }
            try await channel.closeFuture.get()
            end.cancel()
        } catch {
            // It is gone meanwhile: what was shown decides.
        }
        return shown.list.withLock { $0 }
    }

    /// A name of a host that is sent is a name, never an address (RFC 6066 §3).
    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Why these certificates are refused now, the service's own first; in words.
    package static func reason(
        _ chain: [NIOSSLCertificate], _ authorities: TrustedAuthorities?, now: Date
    ) -> String {
        let clock = "this machine's clock says \(text(now))"
        for (place, certificate) in chain.enumerated() {
            let what = place == 0 ? "its certificate" : "a certificate above its own"
            let (from, until) = times(of: certificate)
            if until < now { return "\(what) expired at \(text(until)); \(clock)" }
            if from > now {
                return "\(what) is not yet valid, but from \(text(from)) on; \(clock): is it right?"
            }
        }
        if let named = authorities?.certificates, named.allSatisfy({ times(of: $0).until < now }) {
            return "the authorities that are trusted here have expired; \(clock)"
        }
        return "no authority that is trusted here vouches for its certificate"
    }

    private static func times(of certificate: NIOSSLCertificate) -> (from: Date, until: Date) {
        (
            Date(timeIntervalSince1970: Double(certificate.notValidBefore)),
            Date(timeIntervalSince1970: Double(certificate.notValidAfter))
        )
    }

    private static func text(_ time: Date) -> String {
        time.formatted(.iso8601)
    }
}

/// What an event loop has seen.
private final class ShownCertificates: Sendable {
    let list = Mutex<[NIOSSLCertificate]>([])
}
