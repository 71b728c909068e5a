/// Where a service listens, and what it allows.
package struct ServiceOptions: Sendable {
    /// The address for clients.
    package var listen: ListenAddress

    /// Where what is operational is instead, as ``Route`` says; nil leaves it beside everything
    /// else.
    package var operations: ListenAddress?

    /// The certificate by which clients know the server; nil serves HTTP/1.1 without TLS.
    package var certificate: TLSCertificate?

    /// A bastion through which clients reach the same routes, beside ``listen``, but for what is
    /// operational.
    package var bastion: Bastion?

    /// The proxies whose word about a client's address is taken.
    package var proxies = TrustedProxies()

    /// The limits for clients.
    package var limits = ServiceLimits()

    /// Options for a service at one address.
    package init(listen: ListenAddress) {
        self.listen = listen
    }
}
