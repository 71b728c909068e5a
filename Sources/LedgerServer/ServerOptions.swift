package import HTTPService
import NIOCore

/// Where a server listens, and what it allows.
package struct ServerOptions: Sendable {
    /// Where clients come.
    package var listen: ListenAddress

    /// Where metrics and health are instead; nil leaves them beside everything else.
    package var operations: ListenAddress?

    /// The certificate by which clients know the server; nil serves HTTP/1.1 without TLS.
    package var certificate: TLSCertificate?

    /// The path of the control socket; nil makes none.
    package var control: String?

    /// What long work the control socket does.
    package var jobs = ControlJob.all

    /// The proxies whose word about a client's address is taken.
    package var proxies = TrustedProxies()

    /// Nanoseconds of a clock that never goes back, by which rates are counted.
    package var monotonicClock: @Sendable () -> UInt64 = { NIODeadline.now().uptimeNanoseconds }

    /// What clients may do.
    package var limits = ServerLimits()

    /// Options for a server at one address.
    package init(listen: ListenAddress) {
        self.listen = listen
    }
}
