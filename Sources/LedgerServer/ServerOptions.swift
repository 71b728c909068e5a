import NIOCore

/// Where a server listens, and what it allows.
public struct ServerOptions: Sendable {
    /// Where clients come.
    public var listen: ListenAddress

    /// Where metrics and health are instead; nil leaves them beside everything else.
    public var operations: ListenAddress?

    /// The certificate by which clients know the server; nil serves HTTP/1.1 without TLS.
    public var certificate: TLSCertificate?

    /// The path of the control socket; nil makes none.
    public var control: String?

    /// What long work the control socket does.
    public var jobs = ControlJob.all

    /// The proxies whose word about a client's address is taken.
    public var proxies = TrustedProxies()

    /// Nanoseconds of a clock that never goes back, by which rates are counted.
    public var monotonicClock: @Sendable () -> UInt64 = { NIODeadline.now().uptimeNanoseconds }

    /// What clients may do.
    public var limits = ServerLimits()

    /// Options for a server at one address.
    public init(listen: ListenAddress) {
        self.listen = listen
    }
}
